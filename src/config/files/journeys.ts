/** Collects the funnels and personas in force from a file or a folder, or from the built-in folder. */
import { join } from 'node:path';
import * as z from 'zod';
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Funnel, JourneyCatalogue, Persona } from '../../types/content/journeys.ts';
import type { Settings } from '../schema/settings.ts';
import { parseStructured } from '../sources/structured-text.ts';
import { fileName, isUsersFile, readTextFile, resolvePath } from '../sources/text-files.ts';
import { readFunnels } from './funnels.ts';
import { readPersonas } from './personas.ts';
import { problemsOfIssues } from './zod-issues.ts';

const SETTING = 'FUNNEL_CONFIG_PATH';

const documentSchema = z.strictObject({ funnels: z.unknown(), personas: z.unknown() }).partial();

/** Absent where no file says anything about them: an empty list is an answer too. */
interface Found {
  readonly funnels?: readonly Funnel[];
  readonly personas?: readonly Persona[];
  readonly problems: readonly Problem[];
}

function readDocument(input: unknown, subject: string): Found {
  if (Array.isArray(input)) return readFunnels(input, subject);
  const parsed = documentSchema.safeParse(input);
  if (!parsed.success) {
    const known = Object.keys(documentSchema.shape);
    return { problems: problemsOfIssues(parsed.error, input, { subject, where: '' }, known) };
  }
  const { funnels, personas } = parsed.data;
  const readings: Found[] = [
    ...(funnels === undefined ? [] : [readFunnels(funnels, subject)]),
    ...(personas === undefined ? [] : [readPersonas(personas, subject)]),
  ];
  return joined(readings);
}

function joined(all: readonly Found[]): Found {
  const funnels = all.flatMap((found) => (found.funnels === undefined ? [] : [found.funnels]));
  const personas = all.flatMap((found) => (found.personas === undefined ? [] : [found.personas]));
  return {
    ...(funnels.length === 0 ? {} : { funnels: funnels.flat() }),
    ...(personas.length === 0 ? {} : { personas: personas.flat() }),
    problems: all.flatMap((found) => found.problems),
  };
}

/** By name and text of the file: a process that reads settings again and again parses what is new. */
const parsedBefore = new Map<string, Found>();
const MOST_REMEMBERED = 50;

function readFile(host: Host, path: string): Found {
  try {
    const text = readTextFile(host, path, SETTING);
    const key = `${path}\n${text}`;
    const found =
      parsedBefore.get(key) ?? readDocument(parseStructured(text, fileName(path)), fileName(path));
    if (parsedBefore.size >= MOST_REMEMBERED) parsedBefore.clear();
    parsedBefore.set(key, found);
    return found;
  } catch (error) {
    if (error instanceof SettingsError) return { problems: error.problems };
    throw error;
  }
}

function readPath(host: Host, path: string): Found {
  const folder = resolvePath(host, path);
  if (!host.isDirectory(folder)) return readFile(host, path);
  const names = host.listDir(folder).filter((name) => /\.(json|ya?ml)$/i.test(name));
  if (names.length === 0) {
    const message = `${SETTING} must be a folder with JSON or YAML files, but ${path} contains none.`;
    return { problems: [{ code: 'empty-folder', subject: SETTING, message }] };
  }
  return joined(names.map((name) => readFile(host, join(path, name))));
}

function repeatedNames(
  kind: string,
  items: readonly { readonly name: string }[],
  subject: string,
): Problem[] {
  const names = items.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => {
    const message = `${subject}: ${kind} names must be unique, but "${name}" is used more than once.`;
    return { code: 'repeated-name', subject, message };
  });
}

/** Own personas go before built-in ones of the same name, and stand beside the others. */
function withOwn(builtIn: readonly Persona[], own: readonly Persona[]): Persona[] {
  const names = new Set(own.map(({ name }) => name));
  return [...builtIn.filter(({ name }) => !names.has(name)), ...own];
}

function idlePersonas(personas: readonly Persona[], subject: string): Problem[] {
  if (personas.some(({ share }) => share > 0)) return [];
  const message = `${subject}: at least one persona must have a share above 0, but none has.`;
  return [{ code: 'no-persona', subject, message }];
}

export interface LoadedJourneys extends JourneyCatalogue {
  /** False: the funnels come with the package, from its folder of funnels or a preset's. */
  readonly hasOwnFunnels: boolean;
}

/**
 * Throws a `SettingsError` with all problems of all files. Where the path brings no funnels, the built-in ones hold;
 * its personas are added to the built-in ones, of which a share of 0 takes one away.
 */
export function loadJourneys(host: Host, path: string | undefined): LoadedJourneys {
  const builtInPath = join(host.packageDir, 'funnels');
  const builtIn = readPath(host, builtInPath);
  const own: Found = path === undefined ? { problems: [] } : readPath(host, path);
  const funnels = own.funnels ?? builtIn.funnels ?? [];
  const ownPersonas = own.personas ?? [];
  const personas = withOwn(builtIn.personas ?? [], ownPersonas);
  const subject = path ?? builtInPath;
  const problems = [
    ...own.problems,
    ...builtIn.problems,
    ...repeatedNames('funnel', funnels, subject),
    ...repeatedNames('persona', ownPersonas, subject),
    ...idlePersonas(personas, subject),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  const hasOwnFunnels = own.funnels !== undefined && isUsersFile(host, path);
  return { funnels, personas, hasOwnFunnels };
}

/** A share of 0 turns a kind of action off in the funnels that come with the package too: those that need it are left out. */
export function withoutUnwanted(
  funnels: readonly Funnel[],
  {
    ecommerceProbability,
    sitesearchProbability,
  }: Pick<Settings, 'ecommerceProbability' | 'sitesearchProbability'>,
): readonly Funnel[] {
  const off = [
    ...(ecommerceProbability === 0 ? ['ecommerce'] : []),
    ...(sitesearchProbability === 0 ? ['site_search'] : []),
  ];
  return funnels.filter(({ steps }) => !steps.some(({ type }) => off.includes(type)));
}
