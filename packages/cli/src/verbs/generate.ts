/** `lab generate GENERATOR`: writes a topology file. */
import { writeFileSync } from 'node:fs';
import {
  checkValues,
  didYouMean,
  findGenerator,
  GENERATORS,
  type Generator,
  generatorToYaml,
  parseTopology,
  topologyToYaml,
} from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import { note, print } from '../output/print.ts';
import { style } from '../output/style.ts';
import { run, type Verb } from './verb.ts';

interface GenerateArgs {
  readonly generator: string | undefined;
  readonly parameters: readonly string[];
  readonly name: string | undefined;
  readonly seed: number | undefined;
  readonly expand: boolean;
  readonly output: string | undefined;
}

/** The verb. */
export const generate: Verb<GenerateArgs> = {
  command: 'generate [generator] [parameters..]',
  describe: 'write a topology file; without a generator, show them all',
  builder: args =>
    args
      .positional('generator', { type: 'string', describe: 'such as ring, torus, random-regular' })
      .positional('parameters', { type: 'string', array: true, default: [], describe: 'such as peers=20 degree=3' })
      .option('name', { type: 'string', describe: "the lab's name" })
      .option('seed', { type: 'number', describe: 'decides the random choices' })
      .option('expand', { type: 'boolean', default: false, describe: 'write out every peer and link' })
      .option('output', { alias: 'o', type: 'string', describe: 'a file, in place of standard output' })
      .example('lab generate random-regular peers=20 degree=3 -o my.yaml', ''),
  handler: async args =>
    await run(async () => {
      if (args.generator === undefined) printGenerators();
      else write(args.generator, args);
      return EXIT.ok;
    }),
};

function write(word: string, { parameters, name, seed, expand, output }: GenerateArgs): void {
  const generator = findGenerator(word);
  if (generator === undefined) {
    const names = GENERATORS.map(one => one.name);
    throw new UsageError(`there is no generator "${word}"`, didYouMean(word, names) ?? `there are ${names.join(', ')}`);
  }
  const values = readValues(generator, parameters);
  const problems = checkValues(generator, values);
  if (problems.length > 0) {
    const text = problems.map(problem => `${problem.parameter} ${problem.message}`).join('; ');
    throw new UsageError(`${generator.name}: ${text}`, usageOf(generator));
  }
  const lab = name ?? [generator.name, ...Object.values(values)].join('-').replaceAll('.', '-');
  const options = { name: lab, comment: `${generator.doc[0]?.toUpperCase()}${generator.doc.slice(1)}.` };
  const yaml = generatorToYaml(
    { generator: generator.name, values },
    seed === undefined ? options : { ...options, seed },
  );
  // What is written is what can be read.
  const topology = parseTopology(yaml, { file: output ?? 'generated.yaml' });
  const text = expand ? topologyToYaml(topology, options.comment) : yaml;
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(exists ? `${output} is there already` : `${output} cannot be written: ${String(error)}`);
  }
  note(`${output}: ${topology.peers.length} peers, ${topology.links.length} links`);
}

function readValues(generator: Generator, parameters: readonly string[]): Record<string, number> {
  const known = generator.parameters.map(({ name }) => name);
  return Object.fromEntries(
    parameters.map(text => {
      const [key = '', value] = text.split('=');
      if (!known.includes(key)) {
        throw new UsageError(
          `${generator.name} has no parameter "${key}"`,
          didYouMean(key, known) ?? usageOf(generator),
        );
      }
      const number = Number(value);
      if (value === undefined || value.trim() === '' || !Number.isFinite(number)) {
        throw new UsageError(`${text}: not ${key}=NUMBER`, usageOf(generator));
      }
      return [key, number];
    }),
  );
}

function usageOf(generator: Generator): string {
  const parameters = generator.parameters.map(({ name, min, max, default: fallback }) => {
    const text = `${name}=${min}..${max}`;
    return fallback === undefined ? text : `[${text}]`;
  });
  return `lab generate ${generator.name} ${parameters.join(' ')}`;
}

function printGenerators(): void {
  for (const generator of GENERATORS) {
    print(`${style.name(generator.name)}: ${generator.doc}`);
    print(`  ${style.dim(usageOf(generator))}`);
  }
}
