/** A page that is open while a command runs: its server, its address, the lab behind it once there is one. */
import { createPerformer, createToken, type Performer, readPage, servePage, TraceLog } from '@peerlab/dashboard-server';
import type { Driver } from '@peerlab/driver';
import { type Lab, planOf, type Recording, recordLab } from '@peerlab/lab';
import type { Topology } from '@peerlab/topology';
import { TRACE_VERSION, type TraceHeader, type TraceSink, type TraceTopology } from '@peerlab/trace';
import { UsageError } from '../exit.ts';
import { note } from '../output/print.ts';
import { checkWhole } from '../verbs/verb.ts';
import { openBrowser } from './open-browser.ts';
import { pageFolder } from './page-files.ts';
import { opensBrowser, type PageArgs } from './page-options.ts';

/** What is shown. */
export interface PageOptions extends PageArgs {
  /** Takes what the page shows as well: a file. */
  readonly sink?: TraceSink | undefined;
}

/** A page that is open. */
export interface LabPage {
  readonly url: string;
  /** Shows a lab that is being made: its peers and links, none of them there. */
  announce(topology: Topology, driver: Driver): void;
  /** Records the lab, and shows it from then on. */
  attach(lab: Lab): Promise<Recording>;
  /** Lets the page act on the lab that it shows. */
  letAct(): Promise<Performer>;
  /** Ends the recording, and the page; again, nothing. */
  close(): Promise<void>;
}

/** Tokens that a user sets, so that an open page finds the next server: see docs/CLI.md. */
const TOKEN_FORM = /^[\w-]{16,200}$/;

/** Opens a page for a lab that is, or will be. @throws {UsageError} for a port that cannot be had */
export async function openLabPage(options: PageOptions): Promise<LabPage> {
  const log = new TraceLog();
  let shown: { readonly lab: Lab; readonly recording: Recording } | undefined;
  let performer: Performer | undefined;
  let isClosed = false;
  const server = await openServer({ ...options, log, mode: 'live', performer: () => performer });
  return {
    url: server.url,
    announce: (topology, driver) => {
      const header = announcedHeader(topology, driver);
      log.sink(JSON.stringify(header), header);
    },
    attach: async lab => {
      const recording = await recordLab(lab, (line, value) => {
        options.sink?.(line, value);
        log.sink(line, value);
      });
      shown = { lab, recording };
      return recording;
    },
    letAct: async () => {
      if (shown === undefined) throw new Error('this page has no lab to act on');
      performer ??= await createPerformer(shown.lab, shown.recording);
      return performer;
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await performer?.close();
      await shown?.recording.end();
      await server.close();
    },
  };
}

/** What is served. */
export type ServedPage = Pick<Parameters<typeof servePage>[0], 'log' | 'mode' | 'note' | 'performer'> & PageArgs;

/** Starts the server, tells its address, and opens a browser where one is wanted. */
export async function openServer(served: ServedPage): ReturnType<typeof servePage> {
  checkWhole('port', served.port, 0, 65535);
  const page = readPage(pageFolder());
  const { log, mode, performer, note: told, port } = served;
  const token = givenToken() ?? createToken();
  const onDropped = (): void => note('a page read too slowly and was disconnected; it reconnects by itself');
  const server = await servePage({ page, log, mode, performer, note: told, port, token, onDropped }).catch(
    (error: unknown) => {
      const { code } = Object(error);
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      throw new UsageError(`port ${port} is not available: ${code}`, 'omit --port to use a free port');
    },
  );
  note(`the page is at ${server.url}`);
  if (opensBrowser(served)) openBrowser(server.ticketUrl());
  return server;
}

/** As a recording begins, were there none of its peers. */
function announcedHeader(topology: Topology, driver: Driver): TraceHeader {
  const plan = planOf(topology);
  return {
    trace: TRACE_VERSION,
    lab: plan.name,
    driver: driver.name,
    seed: topology.seed,
    startedAt: new Date().toISOString(),
    clock: driver.isVirtual === true ? 'virtual' : 'wall',
    topology: JSON.parse(plan.topology) as TraceTopology,
    peers: plan.peers.map(({ name, nodeId }) => ({ name, nodeId, address: '', state: 'missing' })),
    linksUp: [],
  };
}

function givenToken(): string | undefined {
  const { PEERLAB_UI_TOKEN: token } = process.env;
  if (token === undefined || token === '') return undefined;
  if (!TOKEN_FORM.test(token)) {
    throw new UsageError('PEERLAB_UI_TOKEN must have at least 16 letters, digits, - or _', 'omit it to generate one');
  }
  return token;
}
