/** What a check of the targets has found: one sentence, and what it rests on. */
import type { Finding } from '../../api/schema.ts';
import { inPageWords } from '../../settings/page-words.ts';

const TONES: Readonly<Record<string, readonly [tone: string, word: string]>> = {
  ok: ['good', 'Good'],
  warning: ['warn', 'Warning'],
  error: ['bad', 'Problem'],
  unknown: ['soft', 'Unknown'],
};

/** The name of the target stands before the sentence already. */
const withoutTarget = (message: string, target: unknown) =>
  message.startsWith(`${target}: `) ? message.slice(`${target}: `.length) : message;

function Verdict({ findings }: { findings: readonly Finding[] }) {
  const problems = findings.filter(({ severity }) => severity === 'error').length;
  const hasOthers = findings.some(({ severity }) => severity !== 'ok');
  return (
    <p role="status" class={problems > 0 ? 'bad' : 'good'}>
      {problems > 0
        ? `${problems} ${problems === 1 ? 'problem' : 'problems'} found.`
        : hasOthers
          ? 'Ready to send, with the limits below.'
          : 'Ready to send. No problems found.'}
    </p>
  );
}

export function CheckResult({ findings }: { findings: readonly Finding[] }) {
  return (
    <>
      <Verdict findings={findings} />
      <ul class="findings">
        {findings.map(({ code, severity, message, hint, target }, i) => {
          const [tone, word] = TONES[severity] ?? ['soft', severity];
          return (
            <li key={`${code} ${i}`}>
              <strong class={tone}>{word}</strong>
              <span>
                {typeof target === 'string' && target !== 'default' && <strong>{target}: </strong>}
                {inPageWords(withoutTarget(message, target))}
                {typeof hint === 'string' && <small style={{ display: 'block' }}>{inPageWords(hint)}</small>}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
