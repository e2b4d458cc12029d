/** Builds the page into dist/page, and the player, the same page in one file, into dist/player.html. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { thirdPartyNotices } from '../../scripts/third-party.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the player may do: run what it carries. It asks for nothing elsewhere. */
const PLAYER_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Writes the player: scripts and styles of the page stand in it, and a place for a recording. */
function player(): Plugin {
  return {
    name: 'peerlab-player',
    writeBundle(options, bundle) {
      const code = (end: string): string =>
        Object.values(bundle)
          .map(file => {
            if (!file.fileName.endsWith(end)) return '';
            return file.type === 'chunk' ? file.code : String(file.source);
          })
          .join('\n');
      const html = readFileSync(`${options.dir}/index.html`, 'utf8')
        .replace(/<script type="module".*?<\/script>/, '')
        .replace(/<link rel="stylesheet".*?>/, '')
        .replace('<head>', () => `<head>\n    <meta http-equiv="content-security-policy" content="${PLAYER_POLICY}" />`)
        .replace('</head>', () => `<style>${code('.css').replaceAll('</style', '<\\/style')}</style></head>`)
        .replace('</body>', () => {
          const script = code('.js').replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
          return `<script type="application/x-ndjson" id="trace"></script>\n<script type="module">${script}</script>\n</body>`;
        });
      writeFileSync(here('dist/player.html'), html);
    },
  };
}

export default defineConfig({
  root: here('src/page'),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    // Everything stands in files of its own: nothing inline, which the policy of the page would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
  plugins: [player(), thirdPartyNotices(here('dist/licenses.txt'))],
});
