/** The documents of `-f json` as schemas, strict: a field more or less is an error. Their types are in src/output/documents.ts. */
import { type DrawnLinkSettings, type LinkShape, SECURITY_SETTINGS } from '@peerlab/conditions';
import { drawnLinkFields, linkShapeSchema } from '@peerlab/conditions/schemas';
import { eventSchema } from '@peerlab/contract';
import { decidedRuling, findingFields, openRuling } from '@peerlab/finding';
import type { LabReport, RunReport, StepFinding } from '@peerlab/scenario';
import * as z from 'zod';
import type { CompareDocument, MeasurementDocument } from '../src/output/compare-document.ts';
import type { ConformDocument } from '../src/output/conform-report.ts';
import type {
  CaptureDocument,
  CheckDocument,
  CopyDocument,
  DoctorDocument,
  DownDocument,
  ErrorDocument,
  ExecDocument,
  GenerateDocument,
  GeneratorsDocument,
  GraphDocument,
  InitDocument,
  InspectDocument,
  ListDocument,
  LogsDocument,
  MessageDocument,
  PeerDocument,
  PruneDocument,
  UpDocument,
  ValidateDocument,
  VerifyDocument,
  WatchDocument,
} from '../src/output/documents.ts';
import type { EnginesDocument } from '../src/output/engine-documents.ts';
import type { ChaosDocument, FaultDocument } from '../src/output/fault-documents.ts';
import type { LargeFloodDocument, LargeGraphDocument, LargeUpDocument } from '../src/output/large-documents.ts';

const text = z.string().min(1);
const count = z.int().min(0);
const driver = z.enum(['docker', 'local', 'simulation']);
const pair = z.strictObject({ a: text, b: text });
const traceHash = z.string().regex(/^[0-9a-f]{16}$/);
const network = z.strictObject({ name: text, subnet: z.cidrv4(), internal: z.boolean() });

const peerState = z.enum(['running', 'paused', 'stopped', 'missing', 'isolated', 'silent', 'unseen']);

const peer: z.ZodType<PeerDocument> = z.strictObject({
  name: text,
  label: text.exactOptional(),
  address: z.ipv4(),
  port: z.int().min(1).max(65535),
  nodeId: z.guid(),
  security: z.enum(SECURITY_SETTINGS).exactOptional(),
  publicKey: z.string().length(64).exactOptional(),
  state: peerState,
  isolated: z.boolean().exactOptional(),
  silentMs: count.exactOptional(),
  unseen: text.exactOptional(),
  engine: text.exactOptional(),
  containerId: z.string().length(64).exactOptional(),
  processId: z.int().min(1).exactOptional(),
});

/** A finding with more fields: a reason stands at what is not proven alone. */
function finding<Extra extends z.core.$ZodLooseShape>(extra: Extra) {
  const facts = { ...findingFields, ...extra };
  return z.discriminatedUnion('verdict', [
    z.strictObject({ ...facts, ...decidedRuling }),
    z.strictObject({ ...facts, ...openRuling }),
  ]);
}

const check: z.ZodType<CheckDocument> = finding({
  name: z.enum(['links', 'broadcast', 'ttl', 'dm', 'probe']),
  timeMs: count,
});

const verdictOfAll = z.enum(['proven', 'failed', 'not-proven']);

const verdict = {
  lab: text,
  driver,
  topologyHash: z.string().regex(/^[0-9a-f]{12}$/),
  network,
  peers: z.array(peer),
  links: z.array(pair),
  timings: z.partialRecord(
    z.enum(['image', 'network', 'peers', 'links', 'broadcast', 'ttl', 'dm', 'probe']),
    count,
  ) as z.ZodType<Record<string, number>>,
  checks: z.array(check),
  verdict: verdictOfAll,
  passed: z.boolean(),
};

export const verifySchema: z.ZodType<VerifyDocument> = z.strictObject(verdict);
export const upSchema: z.ZodType<UpDocument> = z.strictObject({
  ...verdict,
  reason: text,
  replay: text,
  simulation: z.strictObject({ seed: count, nowMs: z.number().min(0), traceHash }).exactOptional(),
});

const figure = z.number().min(0);
const flood: z.ZodType<LargeFloodDocument> = z.strictObject({
  check: z.enum(['broadcast', 'ttl', 'dm']),
  destination: count.exactOptional(),
  predictedFrames: count,
  timeMs: count,
  peers: count,
  links: count,
  seed: count,
  origin: count,
  ttl: count,
  covered: count,
  delivered: count,
  coveredByHop: z.array(count),
  frames: count,
  lost: count,
  duplicates: count,
  relayed: count,
  expired: count,
  coverTimeMs: z.strictObject({
    50: figure.nullable(),
    90: figure.nullable(),
    99: figure.nullable(),
    100: figure.nullable(),
  }),
  endMs: figure,
  traceHash,
  inFlight: count,
  isPartial: z.boolean(),
});

export const largeUpSchema: z.ZodType<LargeUpDocument> = z.strictObject({
  lab: text,
  driver: z.literal('simulation'),
  peers: count,
  links: count,
  memory: z.strictObject({ neededBytes: count, availableBytes: count }),
  timings: verdict.timings,
  floods: z.array(flood),
  checks: z.array(check),
  verdict: verdictOfAll,
  passed: z.boolean(),
  isPartial: z.boolean(),
  replay: text,
  simulation: z.strictObject({ seed: count, traceHash }),
});

const linkNames = z.tuple([text, text]);

const inForce = z.array(
  z.union([
    z.strictObject({ kind: z.enum(['stopped', 'paused', 'isolated']), peer: text }),
    z.strictObject({ kind: z.enum(['cut', 'muted']), link: linkNames, by: z.literal('kernel').optional() }),
    z.strictObject({
      kind: z.literal('shaped'),
      link: linkNames,
      settings: z.custom<LinkShape>(is => linkShapeSchema.safeParse(is).success),
    }),
  ]),
) as z.ZodType<FaultDocument['faults']>;
const recovery = z.strictObject({ links: count, timeMs: z.number().min(0), dialled: count });

export const faultSchema: z.ZodType<FaultDocument> = z.strictObject({
  lab: text,
  applied: z
    .strictObject({
      verb: text,
      text,
      peers: z.array(text),
      links: z.array(linkNames),
      notes: z.array(text),
      latency: z.strictObject({ askedMs: z.number(), measuredMs: z.number(), links: count }).nullable(),
    })
    .nullable(),
  recovery: recovery.nullable(),
  faults: inForce,
});

export const chaosSchema: z.ZodType<ChaosDocument> = z.strictObject({
  lab: text,
  seed: count,
  durationMs: z.number().min(1),
  events: z.array(z.strictObject({ atMs: count, event: z.enum(['applied', 'reverted', 'left-out']), text })),
  recovery,
  checks: z.array(check),
  verdict: verdictOfAll,
  passed: z.boolean(),
  wasCut: z.boolean(),
});

export const downSchema: z.ZodType<DownDocument> = z.strictObject({
  removed: z.array(z.strictObject({ lab: text, driver, peers: count })),
});

export const pruneSchema: z.ZodType<PruneDocument> = z.strictObject({
  leftovers: z.array(
    z.strictObject({
      driver,
      kind: z.enum(['container', 'network', 'volume', 'process', 'socket', 'file']),
      name: text,
      lab: text,
      why: text,
      doubt: text.exactOptional(),
      removed: z.boolean(),
      error: text.exactOptional(),
    }),
  ),
  silent: z.array(z.strictObject({ driver, reason: text })),
});

export const lsSchema: z.ZodType<ListDocument> = z.strictObject({
  labs: z.array(
    z.strictObject({
      name: text,
      driver,
      hash: z.string(),
      subnet: z.union([z.cidrv4(), z.literal('')]),
      peers: count,
      running: count,
      ephemeral: z.boolean(),
      owner: z.string(),
      silent: text.exactOptional(),
      createdAt: z.iso.datetime(),
      away: z.array(z.strictObject({ name: text, state: peerState, silentMs: count.exactOptional() })),
    }),
  ),
  silent: z.array(z.strictObject({ driver, reason: text })),
});

const drawnSettings = z.custom<DrawnLinkSettings>(is => z.strictObject(drawnLinkFields).safeParse(is).success);
const drawnPair = z.strictObject({
  a: text,
  b: text,
  settings: drawnSettings.exactOptional(),
  security: z.enum(SECURITY_SETTINGS).exactOptional(),
});
const fault = z.strictObject({ a: text, b: text, fault: text, detail: text, culprit: text.optional() });

export const inspectSchema: z.ZodType<InspectDocument> = z.strictObject({
  lab: text,
  driver,
  topologyHash: text,
  ephemeral: z.boolean(),
  network,
  peers: z.array(peer),
  needs: z.array(
    z.strictObject({
      peer: text,
      volumes: z.array(text).exactOptional(),
      write: z.record(text, z.string()).exactOptional(),
      memoryBytes: count.exactOptional(),
      cpus: z.number().exactOptional(),
      pids: count.exactOptional(),
      tmpfs: z.record(text, count).exactOptional(),
      capabilities: z.array(text).exactOptional(),
      devices: z.array(text).exactOptional(),
      sysctls: z.record(text, z.string()).exactOptional(),
      ports: z
        .array(
          z.strictObject({
            port: count,
            protocol: z.enum(['tcp', 'udp']),
            address: text.exactOptional(),
            hostPort: count.exactOptional(),
          }),
        )
        .exactOptional(),
      user: text.exactOptional(),
    }),
  ),
  notes: z.array(text),
  ports: z.array(
    z.strictObject({ peer: text, port: count, protocol: z.enum(['tcp', 'udp']), hostAddress: text, hostPort: count }),
  ),
  links: z
    .strictObject({ drawn: count, up: count, unknown: count, faults: z.array(fault), pairs: z.array(drawnPair) })
    .nullable(),
  inForce: inForce.nullable(),
  underlay: z
    .array(
      z.strictObject({
        engines: z.tuple([text, text]),
        rttMs: z.number().min(0),
        bytesPerS: z.number().positive().exactOptional(),
        links: count,
      }),
    )
    .exactOptional(),
});

export const messageSchema: z.ZodType<MessageDocument> = finding({
  lab: text,
  id: z.guid(),
  from: text,
  to: text.exactOptional(),
  ttl: count.exactOptional(),
  due: z.array(text),
  received: z.array(z.strictObject({ peer: text, hops: count, from: text.exactOptional() })),
  missed: z.array(text),
  frames: count.nullable(),
  predictedFrames: count.nullable(),
  timeMs: z.number().min(0),
});

export const watchSchema: z.ZodType<WatchDocument> = z.strictObject({
  at: z.iso.datetime(),
  peer: text,
  event: eventSchema,
  names: z.record(z.guid(), text),
});

export const cpSchema: z.ZodType<CopyDocument> = z.strictObject({
  lab: text,
  peer: text,
  from: text,
  to: text,
  leftOut: z.array(text),
});

export const execSchema: z.ZodType<ExecDocument> = z.strictObject({
  lab: text,
  command: z.array(z.string()).min(1),
  runs: z.array(
    z.strictObject({
      peer: text,
      status: count.nullable(),
      signal: text.nullable(),
      reason: text,
      code: text.exactOptional(),
      stdout: z.string(),
      stderr: z.string(),
      isTruncated: z.boolean(),
    }),
  ),
});

export const logsSchema: z.ZodType<LogsDocument> = z.strictObject({
  lab: text,
  lines: z.array(z.strictObject({ peer: text, kind: z.enum(['log', 'event', 'reply']), line: text })),
});

const graphFields = {
  name: text,
  connected: z.boolean(),
  components: z.int().min(1),
  diameter: count.nullable(),
  radius: count.nullable(),
  degree: z.strictObject({ min: count, max: count, mean: z.number() }),
  horizon: z.strictObject({
    from: text,
    rows: z.array(z.strictObject({ ttl: z.int().min(1), reached: count, frames: count })),
  }),
};

export const graphSchema: z.ZodType<GraphDocument> = z.strictObject({
  ...graphFields,
  peers: z.array(text),
  links: z.array(pair),
});

export const largeGraphSchema: z.ZodType<LargeGraphDocument> = z.strictObject({
  ...graphFields,
  peers: count,
  links: count,
});

export const validateSchema: z.ZodType<ValidateDocument> = z.strictObject({
  files: z.array(
    z.strictObject({
      file: text,
      valid: z.boolean(),
      name: text.exactOptional(),
      peers: count.exactOptional(),
      links: count.exactOptional(),
      large: z.literal(true).exactOptional(),
      problems: z.array(
        z.strictObject({ line: count, column: count, path: z.string(), message: text, advice: text.optional() }),
      ),
    }),
  ),
});

export const generateSchema: z.ZodType<GenerateDocument> = z.strictObject({
  name: text,
  seed: count,
  peers: count,
  links: count,
  file: text.nullable(),
  yaml: text,
});

export const generatorsSchema: z.ZodType<GeneratorsDocument> = z.strictObject({
  generators: z.array(
    z.strictObject({
      name: text,
      doc: text,
      isRandom: z.boolean(),
      parameters: z.array(
        z.strictObject({
          name: text,
          doc: text,
          kind: z.enum(['integer', 'ratio']),
          min: z.number(),
          max: z.number(),
          default: z.number().exactOptional(),
        }),
      ),
    }),
  ),
});

export const doctorSchema: z.ZodType<DoctorDocument> = z.strictObject({
  ok: z.boolean(),
  driver: driver.nullable(),
  findings: z.array(z.strictObject({ what: text, ok: z.boolean(), detail: text, advice: text.exactOptional() })),
});

const portAnswer = z.enum(['open', 'closed', 'none', 'in use']);

export const enginesSchema: z.ZodType<EnginesDocument> = z.strictObject({
  engines: z.array(
    z.strictObject({
      name: text,
      endpoint: text,
      version: text,
      system: text,
      cores: z.number(),
      memoryBytes: z.number(),
      roundTripMs: z.number(),
      swarm: z.strictObject({ role: z.enum(['manager', 'worker', 'none']), state: text, address: text.nullable() }),
      address: text.exactOptional(),
      mtu: z.number().exactOptional(),
      neighbours: z.number().nullable().exactOptional(),
    }),
  ),
  silent: z.array(z.strictObject({ name: text, endpoint: text, reason: text })),
  paths: z
    .array(
      z.strictObject({
        from: text,
        to: text,
        roundTripMs: z.number().nullable(),
        ports: z.record(text, portAnswer),
      }),
    )
    .exactOptional(),
  problems: z.array(z.strictObject({ engine: text, message: text, advice: text.optional() })),
  changes: z.array(
    z.strictObject({
      engine: text,
      change: z.enum(['make', 'join', 'leave', 'stay']),
      done: z.boolean(),
      why: text.exactOptional(),
    }),
  ),
});

export const initSchema: z.ZodType<InitDocument> = z.strictObject({
  folder: text,
  language: z.enum(['js', 'python']).exactOptional(),
  command: text.exactOptional(),
  program: text.exactOptional(),
  files: z.array(text),
  next: z.array(text).length(2),
});

export const conformSchema: z.ZodType<ConformDocument> = z.strictObject({
  program: text,
  node: z.strictObject({ name: text, version: text }).nullable(),
  capabilities: z.array(text),
  passed: z.boolean(),
  clauses: z.array(finding({ id: text, isAnnounced: z.boolean(), timeMs: count })),
  notes: z.array(text),
});

export const errorSchema: z.ZodType<ErrorDocument> = z.strictObject({
  error: z.strictObject({ code: text, message: text, advice: text.optional() }),
});

const measured = z.number().min(0).nullable();

const measurement: z.ZodType<MeasurementDocument> = z.strictObject({
  framesPerBroadcast: measured,
  bytesPerBroadcast: measured,
  duplicatesPerBroadcast: measured,
  latencyMs: z.strictObject({ p50: z.number(), p99: z.number() }).nullable(),
  deliveriesPerSecond: z.number().min(0),
  missing: count,
  twice: count,
  memoryBytes: measured,
  cpuUsPerDelivery: measured,
});

export const compareSchema: z.ZodType<CompareDocument> = z.strictObject({
  topology: text,
  driver,
  variants: z.array(
    z.strictObject({
      title: text,
      verdict: verdictOfAll,
      checks: z.array(check),
      runs: z.array(measurement),
      median: measurement,
    }),
  ),
});

const time = z.number().min(0);
const step: z.ZodType<StepFinding> = z
  .lazy(() =>
    finding({
      kind: z.enum([
        'broadcast',
        'dm',
        'load',
        'expect',
        'checks',
        'wait-settled',
        'exec',
        'log',
        'fault',
        'heal',
        'parallel',
        'repeat',
      ]),
      check: z.enum(['links', 'broadcast', 'ttl', 'dm', 'probe']).exactOptional(),
      line: count,
      path: z.string(),
      atMs: time,
      timeMs: time,
      wallMs: time,
      steps: z.array(step),
    }),
  )
  .meta({ id: 'step' });
const claims = z.strictObject({ proven: count, failed: count, notProven: count });
const amount = z.strictObject({ packets: count, bytes: count });

const trafficFields = {
  startedAt: text,
  timeMs: count,
  peers: z.array(z.strictObject({ peer: text, packets: count, bytes: count, dropped: count.nullable() })),
  traffic: z.array(z.strictObject({ from: text, to: text, sent: amount.nullable(), arrived: amount.nullable() })),
  elsewhere: amount,
  notes: z.array(text),
};

export const captureSchema: z.ZodType<CaptureDocument> = z.strictObject({
  lab: text,
  ...trafficFields,
  files: z.array(text),
});

const lab: z.ZodType<LabReport> = z.strictObject({
  file: text,
  name: text,
  driver,
  seed: count,
  peers: count,
  links: count,
  outcome: z.enum(['passed', 'not-proven', 'failed', 'error', 'interrupted', 'not-run']),
  steps: z.array(step),
  claims,
  notes: z.array(text),
  error: z
    .strictObject({
      code: z.custom<never>(),
      message: text,
      advice: text.exactOptional(),
      problems: z.array(z.strictObject({ line: count, message: text })).exactOptional(),
      log: z.array(z.string()).exactOptional(),
    })
    .exactOptional(),
  timeMs: time,
  replay: text,
  traceHash: traceHash.exactOptional(),
  artifacts: text.exactOptional(),
  replayPage: text.exactOptional(),
  capture: z.strictObject({ ...trafficFields, files: z.array(text) }).exactOptional(),
});

export const testSchema: z.ZodType<RunReport> = z.strictObject({
  format: z.literal(2),
  driver,
  startedAt: z.iso.datetime(),
  timeMs: time,
  passed: z.boolean(),
  claims,
  labs: z.array(lab),
});
