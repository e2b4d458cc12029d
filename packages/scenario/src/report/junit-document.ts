/**
 * JUnit XML from suites of cases: only what junit-10.xsd of Jenkins' xUnit plugin allows. GitHub, GitLab and Jenkins' JUnit plugin
 * read the same. junit.ts fills it for `lab test`.
 */

/** How a case ended that did not pass. */
export interface JunitResult {
  /** `failure`: a claim is false; `error`: it could not be run to its end; `skipped`: nothing was shown. */
  readonly kind: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** A word for the kind of failure. */
  readonly type?: string | undefined;
  readonly text?: string | undefined;
}

/** One claim. */
export interface JunitCase {
  readonly name: string;
  /** Readers take what is before its last dot for a package. */
  readonly classname: string;
  /** Real time. */
  readonly timeMs: number;
  /** Undefined for a case that passed. */
  readonly result?: JunitResult | undefined;
}

/** Cases that belong together. */
export interface JunitSuite {
  readonly name: string;
  readonly file?: string | undefined;
  /** Real time. */
  readonly timeMs: number;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** What a reader should know beside the cases; a line each. */
  readonly output?: readonly string[] | undefined;
  readonly cases: readonly JunitCase[];
}

/** The document, with its declaration. */
export function junitDocument(suites: readonly JunitSuite[], timeMs: number): string {
  const { skipped: _, ...totals } = countsOf(suites.flatMap(({ cases }) => cases));
  const head = { name: 'peerlab', ...totals, time: seconds(timeMs) };
  const body = suites.map(suite => `${suiteElement(suite)}\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', head, `\n${body}`)}\n`;
}

function suiteElement({ name, file, timeMs, properties = {}, output = [], cases }: JunitSuite): string {
  const attributes = { name, ...countsOf(cases), time: seconds(timeMs), ...(file === undefined ? {} : { file }) };
  const told = Object.entries(properties).map(([key, value]) => element('property', { name: key, value }));
  const parts = [
    ...(told.length === 0 ? [] : [`<properties>\n${told.map(one => `    ${one}\n`).join('')}  </properties>`]),
    ...numbered(cases).map(caseElement),
    ...(output.length === 0 ? [] : [element('system-out', {}, escapeText(output.join('\n')))]),
  ];
  return element('testsuite', attributes, `\n${parts.map(part => `  ${part}\n`).join('')}`);
}

/** Cases of one class whose names are equal are one case to a reader: the second gets a number. */
function numbered(cases: readonly JunitCase[]): JunitCase[] {
  const times = new Map<string, number>();
  return cases.map(one => {
    const key = `${one.classname} ${one.name}`;
    const count = (times.get(key) ?? 0) + 1;
    times.set(key, count);
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` };
  });
}

function caseElement({ name, classname, timeMs, result }: JunitCase): string {
  const attributes = { name, classname, time: seconds(timeMs) };
  if (result === undefined) return element('testcase', attributes);
  const { kind, message, type, text } = result;
  const why = { message, ...(type === undefined ? {} : { type }) };
  return element('testcase', attributes, element(kind, why, text === undefined ? undefined : escapeText(text)));
}

function countsOf(cases: readonly JunitCase[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const of = (kind: JunitResult['kind']): string => String(cases.filter(({ result }) => result?.kind === kind).length);
  return { tests: String(cases.length), failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}

function element(name: string, attributes: Readonly<Record<string, string>>, content?: string): string {
  const told = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  return content === undefined ? `<${name}${told.join('')}/>` : `<${name}${told.join('')}>${content}</${name}>`;
}

function escapeText(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
  const escaped = escapeText(text).replaceAll('"', '&quot;');
  return escaped.replaceAll('\n', '&#10;').replaceAll('\t', '&#9;').replaceAll('\r', '&#13;');
}

/** XML 1.0 has no way to write most control characters, lone surrogates, U+FFFE and U+FFFF. */
function allowed(text: string): string {
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return whole.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, found => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
