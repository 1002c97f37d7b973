import { fail, ok, type Result } from '../base/result.ts';
import { type Trouble, trouble } from './errors.ts';

export interface KqlLink {
  readonly schemaVersion: 1;
  readonly kind: 'KqlLink';
  readonly name: string;
  readonly workspace: string;
  readonly url: string;
  /** As the portal shows it. */
  readonly text: string;
}

/** Portals of the clouds there are. */
const PORTALS = {
  public: 'https://portal.azure.com',
  'us-government': 'https://portal.azure.us',
  china: 'https://portal.azure.cn',
} as const;
export type Cloud = keyof typeof PORTALS;
export const CLOUDS = Object.keys(PORTALS) as readonly Cloud[];

export interface LinkAsked {
  /** The id of the resource: /subscriptions/…/workspaces/NAME. */
  readonly workspace: string;
  /** A name or id of a tenant; null: that of whoever opens it. */
  readonly tenant: string | null;
  readonly cloud: Cloud;
}

const WORKSPACE =
  /^\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/\s]+$/i;
const TENANT = /^[\w.-]+$/;

/** Gzip without a time and without the name of a system: the same text gives the same link everywhere. */
export type Gzip = (text: string) => string;

/**
 * A link that opens the query in the portal. `gzip` gives base64. The form of such links is not documented: it is the one that the portal's
 * own "share" makes.
 */
export const portalLink = (
  text: string,
  { workspace, tenant, cloud }: LinkAsked,
  gzip: Gzip,
): Result<string, Trouble> => {
  if (!WORKSPACE.test(workspace)) return fail(trouble('E853', `"${workspace.slice(0, 200)}" is no id of a workspace`));
  if (tenant !== null && !TENANT.test(tenant))
    return fail(trouble('E105', `--tenant ${tenant.slice(0, 200)}: expected its domain or id`));
  const at = tenant === null ? '' : `@${tenant}`;
  return ok(
    `${PORTALS[cloud]}/#${at}/blade/Microsoft_OperationsManagementSuite_Workspace/Logs.ReactView/resourceId/` +
      `${encodeURIComponent(workspace)}/source/LogsBlade.AnalyticsShareLinkToQuery/q/${encodeURIComponent(gzip(text))}`,
  );
};

/** Longer ones are cut off by some programs that pass links on. */
export const LONG_LINK = 8_000;
