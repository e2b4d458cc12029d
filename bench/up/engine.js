/**
 * The engine's API with nothing around it but node:http: the floor that the driver is measured against.
 * @module
 */
import { Agent, request } from 'node:http';

const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const agent = new Agent({ keepAlive: true });

/**
 * One request; resolves to the parsed answer.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export function ask(method, path, body) {
  if (!host.startsWith('unix://')) throw new Error('the floor is measured over a unix socket; DOCKER_HOST names none');
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ socketPath: host.slice('unix://'.length), agent, method, path, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', chunk => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) >= 400) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        else resolve(text === '' ? undefined : JSON.parse(text));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * Runs the task for every number below `count`, `limit` at a time.
 * @param {number} count
 * @param {number} limit
 * @param {(index: number) => Promise<void>} task
 */
export async function inParallel(count, limit, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await task(index);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
