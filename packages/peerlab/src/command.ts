/** The program `lab`, also called `peerlab`. */
import { runCommand } from '@peerlab/cli';

await runCommand(process.argv.slice(2));
