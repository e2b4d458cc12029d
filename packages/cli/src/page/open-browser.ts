/** Opens an address in the user's browser, where there is one. */
import { spawn } from 'node:child_process';

/** True where a browser can be seen by who typed the command. */
export function hasBrowser(): boolean {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION || !process.stdout.isTTY) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Opens it, and does not wait. One that cannot be started is no error: the address was printed. */
export function openBrowser(address: string): void {
  const [program = '', ...words] = opener(address);
  const child = spawn(program, words, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

function opener(address: string): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return ['open', address];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', address];
    default:
      return ['xdg-open', address];
  }
}
