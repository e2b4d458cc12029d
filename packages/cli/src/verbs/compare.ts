/** `lab compare FILE --vary NAME=A,B`: the same lab with one setting, or its peers' kind, at several values, as one table. */
import { randomBytes } from 'node:crypto';

import { compareLabs, DEFAULT_WORKLOAD, kindNames, type Variant, varyTopology } from '@peerlab/compare';
import { noneFailed } from '@peerlab/finding';
import type { Topology } from '@peerlab/topology';
import { chooseDriverFor } from '../choose-driver.ts';
import { type RequestedDriver, withDriver } from '../driver-option.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { compareDocument } from '../output/compare-document.ts';
import { comparisonChart } from '../output/comparison-chart.ts';
import { comparisonRows, markdownTable } from '../output/comparison-table.ts';
import { checksText, printFindings } from '../output/finding-text.ts';
import { note, print, printJson, printText, table } from '../output/print.ts';
import { type ForceArgs, requireNewFile, withForce, writeOutput } from '../output-file.ts';
import { readWithin } from '../quantities.ts';
import { readTopology } from '../topology-file.ts';
import { checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface CompareArgs extends FormatArgs, ForceArgs {
  readonly file: string;
  readonly vary: string | undefined;
  readonly driver: RequestedDriver;
  readonly runs: number;
  readonly broadcasts: number;
  readonly payload: string;
  readonly svg: string | undefined;
}

/** The verb. */
export const compare: Verb<CompareArgs> = {
  builder: args =>
    withDriver(withForce(withFormat(args, ['markdown'])), 'driver of the labs', ['simulation'])
      .positional('file', { type: 'string', demandOption: true, describe: 'the topology file' })
      .option('vary', {
        type: 'string',
        requiresArg: true,
        describe:
          'NAME=VALUE,VALUE,…: kind or env.NAME of every peer, or latencyMs, jitterMs, lossRatio, bandwidthKbps of links; default: every kind in the file',
      })
      .option('runs', {
        type: 'number',
        default: 3,
        requiresArg: true,
        describe: 'runs of each variant; the table shows medians',
      })
      .option('broadcasts', {
        type: 'number',
        default: DEFAULT_WORKLOAD.burstBroadcasts,
        requiresArg: true,
        describe: 'broadcasts per run, sent as fast as they are delivered; first a tenth as many, one at a time',
      })
      .option('payload', {
        type: 'string',
        default: String(DEFAULT_WORKLOAD.payloadBytes),
        requiresArg: true,
        describe: 'size of a message, such as 1KiB; a bare number is bytes',
      })
      .option('svg', { type: 'string', requiresArg: true, describe: 'write a chart to this file' }),
  handler: async args => await run(async () => await compareAll(args)),
};

async function compareAll({
  file,
  vary,
  driver: requested,
  format,
  svg,
  force,
  ...sizes
}: CompareArgs): Promise<number> {
  checkWhole('runs', sizes.runs, 1, 100);
  checkWhole('broadcasts', sizes.broadcasts, 1, 1_000_000);
  const payloadBytes = readWithin('payload', sizes.payload, 'bytes', [0, 1_000_000]);
  if (svg !== undefined) requireNewFile(svg, { force });
  const topology = await readTopology(file);
  const variants = variantsOf(topology, vary);
  // The process id alone may be another one's in a container of the same engine.
  const name = `compare-${process.pid}-${randomBytes(3).toString('hex')}`;
  const signal = interruptible(`parts of the lab may remain; remove them with: lab down ${name}`);
  const { driver, reason } = await chooseDriverFor(name, requested);
  note(`driver ${driver.name}: ${reason}`);
  const results = await compareLabs(name, variants, driver, {
    runs: sizes.runs,
    workload: {
      burstBroadcasts: sizes.broadcasts,
      singleBroadcasts: Math.max(1, Math.round(sizes.broadcasts / 10)),
      payloadBytes,
    },
    signal,
    onRun: ({ title, run: turn, of }) => note(`${title}: run ${turn} of ${of}`),
  });
  if (svg !== undefined) writeChart(svg, comparisonChart(topology.name, results), { force });
  const { head, rows } = comparisonRows(results);
  if (format === 'json') printJson(compareDocument(topology.name, driver.name, results));
  else if (format === 'markdown') printText(markdownTable(head, rows));
  else {
    for (const { title, verdict, checks } of results) {
      if (verdict === 'proven') continue;
      print(`${title}: ${checksText(checks)}`);
      printFindings(checks);
    }
    for (const line of table(head, rows)) print(line);
  }
  return noneFailed(results) ? EXIT.ok : EXIT.failed;
}

function variantsOf(topology: Topology, vary: string | undefined): Variant[] {
  const example = 'for example: --vary latencyMs=0,20';
  const kinds = kindNames(topology);
  if (vary === 'kind' || (vary === undefined && kinds.length > 1)) {
    return kinds.map(kind => ({ title: kind, topology: varyTopology(topology, 'kind', kind) }));
  }
  if (vary === undefined) {
    throw new UsageError('nothing to compare: the file has no kinds', `name a setting to vary; ${example}`);
  }
  const [variable = '', list = ''] = [vary.split('=')[0], vary.slice(vary.indexOf('=') + 1)];
  const values = vary.includes('=') ? list.split(',') : [];
  if (variable === '' || values.length === 0 || values.includes('')) {
    throw new UsageError(`--vary ${vary}: not NAME=VALUE,VALUE,…`, example);
  }
  if (new Set(values).size < values.length) throw new UsageError(`--vary ${vary}: duplicate value`);
  return values.map(value => ({
    title: variable === 'kind' ? value : `${variable}=${value}`,
    topology: varyTopology(topology, variable, value),
  }));
}

function writeChart(file: string, svg: string, options: ForceArgs): void {
  writeOutput(file, svg, options);
  note(`the chart is in ${file}`);
}
