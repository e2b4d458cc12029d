/**
 * For tests: reads JUnit XML, and holds it against the schema of Jenkins' xUnit plugin. The table below has the facts of that
 * schema, junit-10.xsd. It is the strictest of the readers: for one attribute too many the plugin refuses the file.
 */

/** What junit-10.xsd allows. `attributes`: those with `!` are required. `text`: it may hold characters beside blanks. */
const SCHEMA: Readonly<
  Record<string, { readonly attributes: string; readonly children: string; readonly text?: boolean }>
> = {
  testsuites: { attributes: 'name time tests failures errors', children: 'testsuite' },
  testsuite: {
    attributes: 'name! tests! failures! errors! group time skipped timestamp hostname id package file log url',
    children: 'testsuite properties testcase system-out system-err',
  },
  properties: { attributes: '', children: 'property' },
  property: { attributes: 'name! value!', children: '' },
  testcase: {
    attributes: 'name! time classname group',
    children: 'skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err',
  },
  failure: { attributes: 'type message', children: '', text: true },
  error: { attributes: 'type message', children: '', text: true },
  skipped: { attributes: 'type message', children: '', text: true },
  'system-out': { attributes: '', children: '', text: true },
  'system-err': { attributes: '', children: '', text: true },
};

/** The pattern of the type SUREFIRE_TIME, of the time of a suite. */
const SUREFIRE_TIME = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$/;

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** Reads what {@link junitDocument} writes. @throws where it is not well-formed */
export function readXml(xml: string): Element {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  for (const [token, close, name = '', told = '', empty] of body.matchAll(
    /<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|[^<]+|</g,
  )) {
    const parent = open.at(-1);
    if (parent === undefined || token === '<') throw new Error(`not well-formed at ${token}`);
    if (close === undefined) {
      if (/&(?!(amp|lt|gt|quot|#\d+);)/.test(token)) throw new Error(`a bare & in ${token}`);
      parent.text += token;
    } else if (close === '/') {
      if (parent.name !== name) throw new Error(`</${name}> ends <${parent.name}>`);
      open.pop();
    } else {
      const attributes = [...told.matchAll(/([a-z]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, value] as const,
      );
      const child: Element = { name, attributes: new Map(attributes), children: [], text: '' };
      if (child.attributes.size !== attributes.length) throw new Error(`an attribute of <${name}> twice`);
      parent.children.push(child);
      if (empty !== '/') open.push(child);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || only === undefined || root.children.length > 1) throw new Error('not one element');
  return only;
}

/** What the schema has against an element and what is in it. */
export function schemaProblems(element: Element): string[] {
  const { name, attributes, children, text } = element;
  const rule = SCHEMA[name];
  if (rule === undefined) return [`no element ${name}`];
  const allowed = rule.attributes.split(' ').map(word => word.replace('!', ''));
  const required = rule.attributes.split(' ').filter(word => word.endsWith('!'));
  const time = attributes.get('time');
  return [
    ...[...attributes.keys()].filter(key => !allowed.includes(key)).map(key => `${name} has ${key}`),
    ...required.filter(word => !attributes.has(word.slice(0, -1))).map(word => `${name} lacks ${word}`),
    ...children
      .filter(child => !rule.children.split(' ').includes(child.name))
      .map(child => `${child.name} in ${name}`),
    ...(rule.text !== true && text.trim() !== '' ? [`text in ${name}: ${text.trim()}`] : []),
    ...(name.startsWith('testsuite') && time !== undefined && !SUREFIRE_TIME.test(time) ? [`time ${time}`] : []),
    ...children.flatMap(schemaProblems),
  ];
}
