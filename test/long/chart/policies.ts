/** What every rendering of the chart must keep to: pods without rights, no secret in the open, names that fit together. */
import type { Container } from 'kubernetes-types/core/v1.js';
import { type PodOf, podOf, type Rendered } from './kinds.ts';

const SECRET_NAME = /TOKEN|KEY|PASSWORD|SECRET|HEADERS|LEDGER_URL|NOTIFY_URL/;
const NO_SECRET = /_FILE(_\d+)?$|^MATOMO_TOKEN_IN/;
const LOGIN = /:\/\/[^/\s]*:[^/\s]*@/;
const WRITABLE = ['/state', '/tmp'];

type Check = (holds: boolean | undefined, words: string) => void;

type Labels = Readonly<Record<string, string>>;

function hasLabels(labels: Labels | undefined, pod: PodOf): boolean {
  const entries = Object.entries(labels ?? {});
  return entries.length > 0 && entries.every(([name, value]) => pod.labels[name] === value);
}

function checkVariables(variables: readonly (readonly [string, string])[], check: Check): void {
  for (const [name, value] of variables) {
    check(!SECRET_NAME.test(name) || NO_SECRET.test(name), `${name} would hold a secret`);
    check(!LOGIN.test(value), `${name} has a password in its address`);
  }
}

function checkContainer(container: Container, check: Check): void {
  const {
    name,
    image = '',
    securityContext,
    resources,
    env = [],
    envFrom = [],
    volumeMounts = [],
  } = container;
  check(securityContext?.readOnlyRootFilesystem, `${name} can write to its image`);
  check(securityContext?.allowPrivilegeEscalation === false, `${name} can gain privileges`);
  check(securityContext?.capabilities?.drop?.includes('ALL'), `${name} keeps capabilities`);
  check(securityContext?.privileged !== true, `${name} is privileged`);
  check(
    /(:[^/:]+|@sha256:[0-9a-f]{64})$/.test(image) && !image.endsWith(':latest'),
    `${name} has no fixed image`,
  );
  for (const part of ['cpu', 'memory']) {
    check(resources?.limits?.[part] !== undefined, `${name} has no limit of ${part}`);
    check(resources?.requests?.[part] !== undefined, `${name} has no request of ${part}`);
  }
  checkVariables(
    env.map((variable) => [variable.name, variable.value ?? ''] as const),
    check,
  );
  check(
    env.every(({ valueFrom }) => valueFrom?.secretKeyRef === undefined),
    `${name} has a secret in a variable`,
  );
  check(
    envFrom.every(({ secretRef }) => secretRef === undefined),
    `${name} has a secret in its variables`,
  );
  for (const { mountPath, readOnly } of volumeMounts) {
    check(WRITABLE.includes(mountPath) || readOnly, `${name} can write to ${mountPath}`);
  }
  const ports = container.ports?.map((port) => port.name) ?? [];
  for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
    const port = probe?.httpGet?.port;
    check(
      port === undefined || ports.includes(String(port)),
      `${name} has a probe of port ${port}, which it lacks`,
    );
  }
}

function checkPod({ spec }: PodOf, objects: readonly Rendered[], check: Check): void {
  check(spec?.securityContext?.runAsNonRoot && (spec.securityContext.runAsUser ?? 0) > 0, 'runs as root');
  check(spec?.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile');
  check(spec?.automountServiceAccountToken === false, 'has a token of the cluster');
  check(spec?.enableServiceLinks === false, 'gets variables of other Services');
  check(!spec?.hostNetwork && !spec?.hostPID && !spec?.hostIPC, "shares its node's namespaces");
  check((spec?.containers.length ?? 0) > 0, 'has no container');
  const names = (kind: string) =>
    objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata?.name);
  for (const volume of spec?.volumes ?? []) {
    check(volume.hostPath === undefined, `mounts ${volume.hostPath?.path} of its node`);
    const map = volume.configMap?.name;
    check(
      map === undefined || names('ConfigMap').includes(map),
      `mounts the ConfigMap ${map}, which is missing`,
    );
  }
  for (const container of spec?.containers ?? []) {
    checkContainer(container, check);
    const mounted = spec?.volumes?.map(({ name }) => name) ?? [];
    for (const { name } of container.volumeMounts ?? [])
      check(mounted.includes(name), `lacks the volume ${name}`);
    for (const { configMapRef } of container.envFrom ?? []) {
      check(
        names('ConfigMap').includes(configMapRef?.name),
        `reads the ConfigMap ${configMapRef?.name}, which is missing`,
      );
    }
  }
  const settings = objects.flatMap((object) => (object.kind === 'ConfigMap' ? [object.data ?? {}] : []));
  const response = Number(settings.find((data) => 'RESPONSE_TIMEOUT' in data)?.RESPONSE_TIMEOUT ?? 30);
  check(
    (spec?.terminationGracePeriodSeconds ?? 0) > response,
    'is killed before a request in flight can end',
  );
}

function checkObject(object: Rendered, pods: readonly PodOf[], check: Check): void {
  const containers = podOf(object)?.spec?.containers ?? [];
  const has = (labels: Labels | undefined) => pods.some((pod) => hasLabels(labels, pod));
  check(
    /^[a-z0-9][-a-z0-9.]{0,62}$/.test(object.metadata?.name ?? ''),
    'has a name that is too long or wrong',
  );
  switch (object.kind) {
    case 'Service':
      check(has(object.spec?.selector), 'selects no pod');
      break;
    case 'PodDisruptionBudget':
      check(has(object.spec?.selector?.matchLabels), 'selects no pod');
      break;
    case 'Deployment':
    case 'StatefulSet':
      check(has(object.spec?.selector.matchLabels), 'selects no pod');
      check(
        object.kind !== 'StatefulSet' || object.spec?.replicas === 1,
        'has more than one owner of its data',
      );
      check(
        object.kind !== 'StatefulSet' ||
          containers.every(({ readinessProbe, livenessProbe }) => readinessProbe && livenessProbe),
        'has no probes',
      );
      break;
    case 'CronJob':
      check(object.spec?.concurrencyPolicy === 'Forbid', 'starts while the one before is at work');
      check(
        containers.every(({ args = [] }) => args.includes('--resume') || args.includes('--catch-up')),
        'leaves what was cut off the night before',
      );
      break;
    case 'ServiceAccount':
      check(object.automountServiceAccountToken === false, 'mounts its token');
      break;
    case 'ConfigMap':
      checkVariables(Object.entries(object.data ?? {}), check);
      break;
  }
}

/** Sentences that say what is wrong; none where all is well. */
export function violationsOf(objects: readonly Rendered[], { hasNetworkPolicy = true } = {}): string[] {
  const violations: string[] = [];
  const checkOf =
    (owner: string): Check =>
    (holds, words) => {
      if (holds !== true) violations.push(`${owner} ${words}`);
    };
  const pods = objects.flatMap((object) => podOf(object) ?? []);
  const policies = objects.flatMap((object) => (object.kind === 'NetworkPolicy' ? [object.spec] : []));
  for (const object of objects) checkObject(object, pods, checkOf(`${object.kind} ${object.metadata?.name}`));
  for (const pod of pods) {
    const check = checkOf(pod.owner);
    checkPod(pod, objects, check);
    const covering = policies.filter((spec) => hasLabels(spec?.podSelector.matchLabels, pod));
    const types = covering.flatMap((spec) => spec?.policyTypes ?? []);
    if (hasNetworkPolicy)
      check(types.includes('Ingress') && types.includes('Egress'), 'has no network policy');
  }
  return violations;
}
