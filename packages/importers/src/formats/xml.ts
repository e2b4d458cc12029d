/**
 * XML, element by element, by sax: no tree is built, and no entity of a document type is ever expanded, so that a small file
 * stays small.
 */
import sax from 'sax';
import { importError, MAX_DEPTH, type SourceText } from '../raw-graph.ts';

/** An element that is being read. Names are without their namespace's prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** From 1. */
  readonly line: number;
  /** Its own text so far, without that of the elements in it. */
  text: string;
}

/** What is done with elements. `above` are those around it, the innermost last. */
export interface XmlHandler {
  open?(element: XmlElement, above: readonly XmlElement[]): void;
  close?(element: XmlElement, above: readonly XmlElement[]): void;
}

/** Reads a document. @throws {TopologyError} for what is not well-formed, or nested too deeply */
export function readXml({ file, text }: SourceText, handler: XmlHandler): void {
  const reader = sax.parser(true, { position: true });
  const open: XmlElement[] = [];
  const place = () => ({ line: reader.line + 1, column: Math.max(1, reader.column) });
  reader.onerror = error => {
    const [what = ''] = error.message.split('\n');
    throw importError(file, place(), `not well-formed XML: ${what}`, adviceOf(what));
  };
  reader.onopentag = ({ name, attributes }) => {
    if (open.length >= MAX_DEPTH) throw importError(file, place(), 'nested too deeply', `at most ${MAX_DEPTH} levels`);
    const own = new Map(Object.entries(attributes).map(([key, value]) => [localName(key), String(value)]));
    const element = { name: localName(name), attributes: own, line: reader.line + 1, text: '' };
    handler.open?.(element, open);
    open.push(element);
  };
  reader.onclosetag = () => {
    const element = open.pop();
    if (element !== undefined) handler.close?.(element, open);
  };
  const addText = (more: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  reader.ontext = addText;
  reader.oncdata = addText;
  reader.write(text).close();
}

/** `attr.name` keeps its dot; `viz:position` loses its prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function adviceOf(message: string): string | undefined {
  return message.startsWith('Invalid character entity') ? 'entities of a document type are not expanded' : undefined;
}
