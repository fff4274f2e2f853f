/** One built-in funnel, to read: its steps, how many get how far, and visits that go through it. */
import type { FunnelStep } from '../../../api/schema.ts';
import { Missing } from '../../../components/fetched.tsx';
import { Head } from '../../../components/head.tsx';
import { pathTo } from '../../../router.ts';
import { FunnelTest } from '../funnel-test.tsx';
import { PastCompletion } from '../past-completion.tsx';
import { Reach } from '../reach.tsx';
import { STEP_TYPES, shareText, subjectOf } from '../steps.ts';
import { copyPath, findBuiltIn } from './built-in-list.tsx';
import { type Used, useUsed } from './used-funnels.tsx';

/** How long, and how many go on: "15 to 70 s, then 80 % go on". */
function paceOf({
  delay_seconds_min: least,
  delay_seconds_max: most,
  continue_probability: share,
}: FunnelStep) {
  const stay = most
    ? `Stays ${least === most ? most : `${least ?? 0} to ${most}`} s`
    : 'The next step follows at once';
  return `${stay}, ${typeof share === 'number' && share < 1 ? shareText(share) : 'all'} go on`;
}

function usedBy(preset: string | null, { used }: Used): string {
  if (preset !== null) return `By runs with the preset ${preset}`;
  return used === 'built-in' ? 'By runs whose preset has no funnels' : 'Not now: your own are used';
}

function Steps({ steps }: { steps: readonly FunnelStep[] }) {
  return (
    <ol class="stack">
      {steps.map((step, i) => (
        <li key={i} class="card">
          <p>
            <strong>{i + 1}</strong> <span class="soft">{STEP_TYPES[step.type].label}</span> {subjectOf(step)}
          </p>
          {step.url && step.url !== subjectOf(step) && <p class="soft breaks">{step.url}</p>}
          {i < steps.length - 1 && <p class="soft">{paceOf(step)}</p>}
        </li>
      ))}
    </ol>
  );
}

/** @param query of its address */
export function BuiltInFunnel({ query }: { query: URLSearchParams }) {
  const used = useUsed();
  if (!used.value) return <Missing what="The built-in funnels" fetched={used} />;
  const found = findBuiltIn(used.value, query);
  if (!found) {
    return (
      <div class="empty">
        <h1>There is no such built-in funnel</h1>
        <a class="button" href={pathTo('funnels')}>
          All funnels
        </a>
      </div>
    );
  }
  const { preset, funnel } = found;
  return (
    <div class="stack wide">
      <Head
        above="funnels"
        title={funnel.name}
        actions={
          <a class="button primary" href={copyPath(found)}>
            Copy
          </a>
        }
      >
        <p>{funnel.description}. Built in: to change it, copy it.</p>
      </Head>
      <dl class="facts">
        <div>
          <dt>Used</dt>
          <dd>{usedBy(preset, used.value)}</dd>
        </div>
        <div>
          <dt>Share of all visits</dt>
          <dd>{shareText(funnel.probability)}</dd>
        </div>
        <div>
          <dt>Priority</dt>
          <dd>{funnel.priority}</dd>
        </div>
        <div>
          <dt>After the last step</dt>
          <dd>{funnel.exit_after_completion ? 'The visit ends' : 'The visit goes on'}</dd>
        </div>
      </dl>
      <div class="split">
        <section class="stack">
          <h2>Steps</h2>
          <Steps steps={funnel.steps} />
        </section>
        <div class="aside stack">
          <Reach draft={funnel} />
          <PastCompletion name={funnel.name} />
        </div>
      </div>
      <FunnelTest draft={funnel} preset={preset} isComplete />
    </div>
  );
}
