/** `lab generate GENERATOR`: writes a topology file. */

import { dirname } from 'node:path';
import { checkValues, findGenerator, GENERATORS, type Generator } from '@peerlab/graph';
import {
  canBeLaidOut,
  didYouMean,
  generatorToYaml,
  isLargeTopology,
  layOut,
  parseAnyTopology,
  topologyToYaml,
} from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import type { GenerateDocument, GeneratorsDocument } from '../output/documents.ts';
import { note, plural, print, printJson, printText, thousands } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type ForceArgs, withForce, writeOutput } from '../output-file.ts';
import { schemaPathFrom } from '../schema-path.ts';
import { checkQuantity, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface GenerateArgs extends FormatArgs, ForceArgs {
  readonly generator: string | undefined;
  readonly parameters: readonly string[];
  readonly name: string | undefined;
  readonly seed: number | undefined;
  readonly expand: boolean;
  readonly output: string | undefined;
}

/** The verb. */
export const generate: Verb<GenerateArgs> = {
  builder: args =>
    withForce(withFormat(args))
      .positional('generator', { type: 'string', describe: 'such as ring, torus, random-regular' })
      .positional('parameters', { type: 'string', array: true, default: [], describe: 'such as peers=20 degree=3' })
      .option('name', { type: 'string', describe: "the lab's name" })
      .option('seed', { type: 'number', describe: 'decides the random choices' })
      .option('expand', { type: 'boolean', default: false, describe: 'list every peer and link' })
      .option('output', { alias: 'o', type: 'string', describe: 'a file instead of standard output' })
      .example('lab generate random-regular peers=20 degree=3 -o my.yaml', ''),
  handler: async args =>
    await run(async () => {
      checkQuantity('seed', args.seed, 'seed');
      if (args.generator === undefined) printGenerators(args.format);
      else write(args.generator, args);
      return EXIT.ok;
    }),
};

function write(word: string, { parameters, name, seed, expand, output, format, force }: GenerateArgs): void {
  const generator = findGenerator(word);
  if (generator === undefined) {
    const names = GENERATORS.map(one => one.name);
    throw new UsageError(`unknown generator "${word}"`, didYouMean(word, names) ?? `available: ${names.join(', ')}`);
  }
  const values = readValues(generator, parameters);
  const problems = checkValues(generator, values);
  if (problems.length > 0) {
    const text = problems.map(problem => `${problem.parameter} ${problem.message}`).join('; ');
    throw new UsageError(`${generator.name}: ${text}`, usageOf(generator));
  }
  const lab = name ?? [generator.name, ...Object.values(values)].join('-').replaceAll('.', '-');
  const schema = schemaPathFrom(output === undefined ? '.' : dirname(output));
  const options = { name: lab, schema, comment: `${generator.doc[0]?.toUpperCase()}${generator.doc.slice(1)}.` };
  const yaml = generatorToYaml(
    { generator: generator.name, values },
    seed === undefined ? options : { ...options, seed },
  );
  // What is written is what can be read.
  const topology = parseAnyTopology(yaml, { file: output ?? 'generated.yaml' });
  const isLarge = isLargeTopology(topology);
  if (isLarge && expand && !canBeLaidOut(topology)) {
    throw new UsageError(
      `--expand: ${thousands(topology.peerCount)} peers are too many to list`,
      'the generator says the same in one line',
    );
  }
  const text = expand ? topologyToYaml(isLarge ? layOut(topology) : topology, options.comment, schema) : yaml;
  const peers = isLarge ? topology.peerCount : topology.peers.length;
  const links = isLarge ? topology.linkCount : topology.links.length;
  if (format === 'json') {
    const document: GenerateDocument = {
      name: topology.name,
      seed: topology.seed,
      peers,
      links,
      file: output ?? null,
      yaml: text,
    };
    if (output !== undefined) writeOutput(output, text, { force });
    printJson(document);
    return;
  }
  if (output === undefined) {
    printText(text);
    return;
  }
  writeOutput(output, text, { force });
  note(`${output}: ${plural(peers, 'peer')}, ${isLarge ? 'about ' : ''}${plural(links, 'link')}`);
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

function printGenerators(format: string): void {
  const document: GeneratorsDocument = {
    generators: GENERATORS.map(({ name, doc, isRandom, parameters }) => ({
      name,
      doc,
      isRandom,
      parameters: parameters.map(({ name: parameter, doc: meaning, kind, min, max, default: fallback }) => ({
        name: parameter,
        doc: meaning,
        kind,
        min,
        max,
        ...(fallback === undefined ? {} : { default: fallback }),
      })),
    })),
  };
  if (format === 'json') {
    printJson(document);
    return;
  }
  for (const generator of GENERATORS) {
    print(`${style.strong(generator.name)}  ${generator.doc}`);
    print(`  ${style.dim(usageOf(generator))}`);
  }
}
