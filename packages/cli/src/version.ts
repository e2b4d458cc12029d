/** The version of the command. */
import { createRequire } from 'node:module';

const manifest: { version: string } = createRequire(import.meta.url)('../package.json');

/** As package.json has it. */
export const VERSION: string = manifest.version;
