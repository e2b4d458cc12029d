// Refuses plain objects that are used as maps: `object[key]` and `key in object` where the key is any text, and the object
// inherits from Object.prototype. A peer named `constructor` would be found there before anybody put it in. Use a Map; or
// ownValue() of @peerlab/conditions; or Object.hasOwn(object, key) before, in the same function.
import { execFileSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { readOptions } from './read-options.js';

readOptions('check-maps.js', {});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Every source by what compiles it: the page is compiled for a browser. */
const PROGRAMS = [
  ['tsconfig.tests.json', /^(packages\/[^/]+\/src|bench)\/.*\.ts$/],
  ['packages/dashboard/src/page/tsconfig.json', /^packages\/dashboard\/src\/page\/.*\.tsx?$/],
];
const sources = execFileSync('git', ['ls-files', 'packages/*/src', 'bench'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(path => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing\/|\.d\.ts$/.test(path));
const places = new Set();
const judged = new Set();

for (const [config, wanted] of PROGRAMS) {
  const files = sources.filter(path => wanted.test(path) && !judged.has(path));
  const program = programOf(config, files);
  const checker = program.getTypeChecker();
  for (const path of files) {
    const file = program.getSourceFile(join(root, path));
    if (file === undefined) continue;
    judged.add(path);
    visit(file, { path, file, checker });
  }
}

const missing = sources.filter(path => !judged.has(path));
if (missing.length > 0) throw new Error(`not checked: ${missing.join(', ')}`);
if (places.size > 0) {
  console.error(`plain objects used as maps, which have the keys "constructor" and "toString" from the start:`);
  console.error([...places].join('\n'));
  console.error('use a Map, ownValue(object, key), or Object.hasOwn(object, key) before, in the same function');
  process.exit(1);
}

function programOf(config, files) {
  const path = join(root, config);
  const { options } = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
      },
    },
  );
  return ts.createProgram({
    rootNames: files.map(file => join(root, file)),
    options: { ...options, noEmit: true, composite: false, emitDeclarationOnly: false },
  });
}

function visit(node, context) {
  if (ts.isElementAccessExpression(node)) judge(node, node.expression, node.argumentExpression, context);
  else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword) {
    judge(node, node.right, node.left, context);
  } else if (ts.isCallExpression(node) && /^Reflect\.(get|set|has)$/.test(node.expression.getText(context.file))) {
    judge(node, node.arguments[0], node.arguments[1], context);
  }
  ts.forEachChild(node, child => visit(child, context));
}

function judge(node, object, key, { path, file, checker }) {
  if (object === undefined || key === undefined || !isAnyText(key, checker) || isList(object, checker)) return;
  const [objectText, keyText] = [object, key].map(part => part.getText(file));
  if (scopeOf(node).getText(file).includes(`Object.hasOwn(${objectText}, ${keyText})`)) return;
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  places.add(`  ${relative('', path)}:${line + 1}: ${node.getText(file).slice(0, 80)}`);
}

/** True where the key may be any text: not a number, a symbol, or one of some known words. */
function isAnyText(key, checker) {
  const type = checker.getTypeAtLocation(key);
  const known = checker.getBaseConstraintOfType(type) ?? type;
  const text = ts.TypeFlags.String | ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TemplateLiteral;
  return (known.isUnion() ? known.types : [known]).some(({ flags }) => (flags & text) !== 0);
}

function isList(object, checker) {
  const type = checker.getTypeAtLocation(object);
  const [byNumber, byText] = [ts.IndexKind.Number, ts.IndexKind.String].map(kind =>
    checker.getIndexTypeOfType(type, kind),
  );
  return checker.isArrayLikeType(type) || (byNumber !== undefined && byText === undefined);
}

/** The function that holds a place, or the file. */
function scopeOf(node) {
  let at = node.parent;
  while (at.parent !== undefined && !ts.isFunctionLike(at)) at = at.parent;
  return at;
}
