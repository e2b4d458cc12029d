/** The command of `lab` that does the same as an action of the page. */
import { type Fault, PARAMETERS, parametersOf, targetsOf, valuesOf } from '@peerlab/conditions';
import type { Action } from './actions.ts';

/** See the module's header; undefined where a lab outlives no command, as time that passes in a simulation. */
export function commandLine(lab: string, action: Action): string | undefined {
  const words = wordsOf(lab, action);
  return words === undefined ? undefined : ['lab', ...words].map(quoted).join(' ');
}

function wordsOf(lab: string, action: Action): string[] | undefined {
  switch (action.do) {
    case 'broadcast':
      return ['broadcast', lab, action.from, ...textWords(action.text, action.ttl)];
    case 'dm':
      return ['dm', lab, action.from, action.to, ...textWords(action.text, action.ttl)];
    case 'verify':
      return ['verify', lab];
    case 'pass':
      return undefined;
    case 'fault':
      return ['fault', action.fault.verb, lab, ...faultWords(action.fault)];
    case 'link-up':
      return ['link', 'up', lab, ...action.link];
    case 'heal':
      return ['fault', 'heal', lab];
    default:
      return ['fault', action.do, lab, action.peer];
  }
}

function faultWords(fault: Fault): string[] {
  const { groups = [], peers = [], links = [], random, seed } = targetsOf(fault);
  const values = valuesOf(fault);
  const options = parametersOf(fault.verb).flatMap(name => optionWords(PARAMETERS[name].option, values[name]));
  return [
    ...groups.map(group => group.join(',')),
    ...peers,
    ...links.map(ends => ends.join(':')),
    ...options,
    ...optionWords('random', random),
    ...optionWords('seed', seed),
  ];
}

function optionWords(option: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [`--${option}`] : [`--${option}`, String(value)];
}

/** A text that begins with a hyphen stands last, after `--`. */
function textWords(text: string, ttl: number | undefined): string[] {
  const limit = optionWords('ttl', ttl);
  return text.startsWith('-') ? [...limit, '--', text] : [text, ...limit];
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
