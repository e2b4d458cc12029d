/** `--security MODE`: how peers protect their links and messages, in place of what the file says. */
import { SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import type { Argv } from 'yargs';

/** Adds the option. */
export function withSecurity<T>(args: Argv<T>): Argv<T & { security: SecuritySetting | undefined }> {
  return args.option('security', {
    choices: SECURITY_SETTINGS,
    requiresArg: true,
    describe: 'how peers protect their links and messages',
  });
}
