/** Sends a notification as e-mail. */
import { EXIT, UserError } from '../../errors.ts';
import { plainText, type RunNews, titleOf } from './messages.ts';

const TIMEOUT_MS = 15_000;

export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** Control characters would begin headers of their own. */
function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** @throws UserError when the server did not take it */
export async function sendMail({ server, from, to }: MailSettings, news: RunNews): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url: server,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from, to: [...to], subject: onOneLine(titleOf(news)), text: plainText(news) });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed';
    throw new UserError(`The e-mail could not be delivered by ${new URL(server).host} (${code}).`, {
      code: 'notification-failed',
      exitCode: EXIT.target,
      hint: 'Check the server, its user and password, and the addresses.',
      cause,
    });
  } finally {
    transport.close();
  }
}
