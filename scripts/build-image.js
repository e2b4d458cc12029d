// Makes the peers' image, as `lab up` does, and prints its name: for docker-compose.yml.
import { buildPeerImage } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';
import { readOptions } from './read-options.js';

readOptions('build-image.js', {});

const { peerProgram: peerBundle, version } = INSTALLATION;

try {
  const { reference, summary } = await buildPeerImage({ peerBundle, version });
  console.error(summary);
  console.log(reference);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
