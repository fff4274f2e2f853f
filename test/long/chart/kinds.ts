/** The kinds of objects that the chart renders, as Kubernetes declares them. */
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';

interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly CronJob: CronJob;
  readonly Deployment: Deployment;
  readonly Ingress: Ingress;
  readonly Job: Job;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly Pod: Pod;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
  readonly StatefulSet: StatefulSet;
}

/** Any object of the chart; `kind` tells which. */
export type Rendered = {
  readonly [Kind in keyof Kinds]: Kinds[Kind] & { readonly kind: Kind };
}[keyof Kinds];

/** The modules with these types, for files that are written to be checked. */
export const MODULES: Readonly<Record<keyof Kinds, string>> = {
  ConfigMap: 'core/v1',
  CronJob: 'batch/v1',
  Deployment: 'apps/v1',
  Ingress: 'networking/v1',
  Job: 'batch/v1',
  NetworkPolicy: 'networking/v1',
  PersistentVolumeClaim: 'core/v1',
  Pod: 'core/v1',
  PodDisruptionBudget: 'policy/v1',
  Service: 'core/v1',
  ServiceAccount: 'core/v1',
  StatefulSet: 'apps/v1',
};

export interface PodOf {
  /** Kind and name of the object that it belongs to. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec | undefined;
}

/** The pod of an object that has one. */
export function podOf(object: Rendered): PodOf | undefined {
  const owner = `${object.kind} ${object.metadata?.name}`;
  if (object.kind === 'Pod') return { owner, labels: object.metadata?.labels ?? {}, spec: object.spec };
  if (object.kind === 'CronJob') {
    const template = object.spec?.jobTemplate.spec?.template;
    return { owner, labels: template?.metadata?.labels ?? {}, spec: template?.spec };
  }
  if (object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'Job') {
    const template = object.spec?.template;
    return { owner, labels: template?.metadata?.labels ?? {}, spec: template?.spec };
  }
  return undefined;
}
