/** What the Reporting API tells of a site itself, in Matomo's own shapes: flags and numbers as text. */
import type { SinkSite } from '../config.ts';

/** A site in Matomo's own shape: flags and numbers as text. */
function siteDetails(site: SinkSite): Readonly<Record<string, string>> {
  const flag = (value: boolean) => (value ? '1' : '0');
  return {
    idsite: String(site.id),
    name: site.name ?? `Site ${site.id}`,
    main_url: site.mainUrl,
    ts_created: `${site.createdAt} 00:00:00`,
    ecommerce: flag(site.ecommerce),
    sitesearch: flag(site.siteSearch),
    sitesearch_keyword_parameters: '',
    sitesearch_category_parameters: '',
    timezone: site.timezone,
    currency: site.currency,
    exclude_unknown_urls: flag(site.excludeUnknownUrls),
    excluded_ips: site.excludedIps.join(','),
    excluded_parameters: '',
    excluded_user_agents: site.excludedUserAgents.join(','),
    group: '',
    type: 'website',
    keep_url_fragment: '0',
    creator_login: 'admin',
  };
}

/** Goals by their ids, in Matomo's own shape. */
function goalsOf({ id, goals }: SinkSite): Readonly<Record<string, unknown>> {
  const rows = goals.map(({ id: goal, name, repeatable }) => {
    const flag = repeatable ? '1' : '0';
    return [
      goal,
      { idsite: String(id), idgoal: String(goal), name: name ?? `Goal ${goal}`, allow_multiple: flag },
    ];
  });
  return Object.fromEntries(rows);
}

function dimensionsOf({ id, customDimensions }: SinkSite): readonly unknown[] {
  return customDimensions.map(({ id: dimension, name, scope, active }, index) => ({
    idcustomdimension: String(dimension),
    idsite: String(id),
    index: String(index + 1),
    name,
    scope,
    active,
    extractions: [],
    case_sensitive: true,
  }));
}

/** Methods that tell of a site's settings. */
export const SITE_METHODS: Readonly<Record<string, (site: SinkSite) => unknown>> = {
  'SitesManager.getSiteFromId': siteDetails,
  'SitesManager.getSiteUrlsFromId': ({ mainUrl, aliasUrls }) => [mainUrl, ...aliasUrls],
  'Goals.getGoals': goalsOf,
  'CustomDimensions.getConfiguredCustomDimensions': dimensionsOf,
};
