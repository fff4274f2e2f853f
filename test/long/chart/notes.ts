/** What NOTES.txt tells the one who has installed the chart: its commands name objects that the chart has. */
import { join } from 'node:path';
import { podOf, type Rendered } from './kinds.ts';
import { CHART, run } from './rendering.ts';

/** As `helm install` prints it; no cluster is asked. */
export function notesOf(tools: string, values: Readonly<Record<string, unknown>>): string {
  const args = ['install', 'shop', CHART, '--namespace', 'load', '--dry-run=client', '--values', '-'];
  const { status, stdout, stderr } = run(join(tools, 'helm'), args, JSON.stringify(values));
  const notes = stdout.split(/^NOTES:\n/m)[1];
  if (status !== 0 || notes === undefined) throw new Error(stderr || 'expected NOTES in what helm prints');
  return notes;
}

/** `statefulset/shop-serve`, `service/shop-serve` and others that a command of the notes names. */
function referencesIn(notes: string): string[] {
  return notes.match(/\b(service|statefulset|cronjob)\/[a-z0-9-]+/g) ?? [];
}

/** Labels of pods that a command selects by. */
function selectorsIn(notes: string): Record<string, string>[] {
  return [...notes.matchAll(/--selector (\S+)/g)].map(([, text = '']) =>
    Object.fromEntries(text.split(',').map((part) => part.split('='))),
  );
}

/** What of the notes does not fit the objects. */
export function mistakesIn(notes: string, objects: readonly Rendered[]): string[] {
  const names = objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata?.name}`);
  const pods = objects.flatMap((object) => {
    const pod = podOf(object);
    return pod ? [pod.labels] : [];
  });
  const ports = objects.flatMap((object) =>
    object.kind === 'Service' ? (object.spec?.ports ?? []).map(({ port }) => port) : [],
  );
  const hosts = objects.flatMap((object) =>
    object.kind === 'Ingress' ? (object.spec?.rules ?? []).map(({ host }) => host) : [],
  );
  const forwarded = [...notes.matchAll(/port-forward .* 8000:(\d+)/g)].map(([, port]) => Number(port));
  const shown = [...notes.matchAll(/^ {2}(https?):\/\/([^/\s:]+)\/$/gm)].map(([, , host]) => host);
  return [
    ...referencesIn(notes).flatMap((name) => (names.includes(name) ? [] : [`there is no ${name}`])),
    ...selectorsIn(notes).flatMap((wanted) =>
      pods.some((labels) => Object.entries(wanted).every(([name, value]) => labels[name] === value))
        ? []
        : [`no pod has ${JSON.stringify(wanted)}`],
    ),
    ...forwarded.flatMap((port) => (ports.includes(port) ? [] : [`no service has port ${port}`])),
    ...shown.flatMap((host) => (hosts.includes(host) ? [] : [`no Ingress has ${host}`])),
    ...(/<no value>|%!|\{\{(?! index)/.test(notes) ? ['a value is missing'] : []),
  ];
}
