/** Where the build leaves the project's peer. */
import { fileURLToPath } from 'node:url';

/** Path of the bundle. */
export const PEER_BUNDLE: string = fileURLToPath(new URL('../../node/dist/peer.mjs', import.meta.url));
