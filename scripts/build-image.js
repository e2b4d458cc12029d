// Makes the peers' image, as `lab up` does, and prints its name: for docker-compose.yml.
import { fileURLToPath } from 'node:url';
import { buildPeerImage } from '@peerlab/driver-docker';

const peerBundle = fileURLToPath(import.meta.resolve('@peerlab/node/peer'));

try {
  const { reference, summary } = await buildPeerImage({ peerBundle, version: '0.1.0' });
  console.error(summary);
  console.log(reference);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
