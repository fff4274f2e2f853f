/** What the containers of deploy/ run, carried out without containers: their commands, variables, files and probes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { podOf, type Rendered } from '../../long/chart/kinds.ts';
import type { Running, Workplace } from '../binary.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
/** Folders of a container, which are in the test's own folder. */
const FOLDERS = /(?<![\w./])\/(?=(?:state|config|secrets|ledger|keys|tmp)(?:\/|$))/g;

export interface ContainerOf {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Paths that probes ask for. */
  readonly probes: readonly string[];
}

export function containerOf(objects: readonly Rendered[], object: Rendered): ContainerOf | undefined {
  const [container] = podOf(object)?.spec?.containers ?? [];
  if (!container) return undefined;
  const maps = container.envFrom?.map(({ configMapRef }) => configMapRef?.name) ?? [];
  const env = objects.flatMap((map) =>
    map.kind === 'ConfigMap' && maps.includes(map.metadata?.name) ? Object.entries(map.data ?? {}) : [],
  );
  const own = container.env?.map(({ name, value }) => [name, value ?? ''] as const) ?? [];
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
  return {
    args: container.args ?? [],
    env: Object.fromEntries([...env, ...own]),
    probes: probes.flatMap((probe) => probe?.httpGet?.path ?? []),
  };
}

/** By the kind of what starts them. */
export function manifestContainers(name: string): ReadonlyMap<string, ContainerOf> {
  const text = readFileSync(join(DEPLOY, 'manifests', name), 'utf8');
  const objects = parseAllDocuments(text).flatMap((document): Rendered[] => document.toJS() ?? []);
  return new Map(
    objects.flatMap((object) => {
      const container = containerOf(objects, object);
      return container ? [[object.kind, container] as const] : [];
    }),
  );
}

interface ComposeService {
  readonly extends?: { readonly file: string; readonly service: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
}

/** A service of a compose file, with what it extends. Variables without a value come from the reader's environment. */
export function composeService(file: string, name: string): ContainerOf {
  const { services }: { services: Record<string, ComposeService> } = parse(
    readFileSync(join(DEPLOY, file), 'utf8'),
    { merge: true },
  );
  const service = services[name];
  if (!service) throw new Error(`${file} has no service ${name}`);
  const base = service.extends ? composeService(service.extends.file, service.extends.service) : undefined;
  const set = Object.entries(service.environment ?? {}).flatMap(([key, value]) =>
    value === null || value.startsWith('${') ? [] : [[key, value] as const],
  );
  return {
    args: service.command ?? base?.args ?? [],
    env: { ...base?.env, ...Object.fromEntries(set) },
    probes: [],
  };
}

/** @param files texts by their path in the container */
export function startContainer(
  place: Workplace,
  { args, env }: ContainerOf,
  files: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Running {
  const here = (text: string) => text.replaceAll(FOLDERS, `${place.path}/`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(here(path)), { recursive: true });
    writeFileSync(here(path), text);
  }
  const variables = Object.entries({ ...env, ...own }).map(([name, value]) => [name, here(value)]);
  return place.start(args.map(here), Object.fromEntries(variables));
}
