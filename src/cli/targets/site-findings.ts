/** What a target's site has that the settings do not fit: asked before the first hit. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import type { Target } from '../../config/targets/targets.ts';
import type { SiteRecord } from '../../matomo/reporting/recorded-counts.ts';
import { createReportingApi } from '../../matomo/reporting/reporting.ts';
import type { Finding } from '../../validate/finding.ts';
import { checkNamedIds, namesIds } from '../../validate/named-ids.ts';
import { checkSite } from '../../validate/site.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';
import { accessTo } from './access.ts';
import { expectationOf } from './site-expectation.ts';

export async function siteFindings(
  { host, clock }: Pick<CliContext, 'host' | 'clock'>,
  session: Session,
  target: Target,
  site: SiteRecord,
  command: SettingsCommand,
): Promise<Finding[]> {
  const expectation = expectationOf(host, session, target, command, clock.now());
  const found = checkSite(site, expectation);
  // Most settings name neither goals nor dimensions: then nothing more is asked.
  if (!namesIds(expectation)) return found;
  const api = createReportingApi(accessTo(host, target.settings));
  try {
    return [...found, ...(await checkNamedIds({ ...expectation, api }))];
  } finally {
    await api.close();
  }
}
