import { fail, ok, type Result } from '../../base/result.ts';

/** `log-analytics://WORKSPACE-ID`, as a user names a workspace where a path or URL may stand. */
const SCHEME = 'log-analytics://';

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The workspace's own id (`customerId`), not the id of its resource. */
export const parseWorkspaceId = (text: string): Result<string, string> => {
  const bare = (text.startsWith(SCHEME) ? text.slice(SCHEME.length).replace(/\/$/, '') : text).toLowerCase();
  if (GUID.test(bare)) return ok(bare);
  return fail(
    /\/workspaces\//i.test(text)
      ? "it is the id of the resource: the workspace's own id is a GUID (az monitor log-analytics workspace show --query customerId)"
      : `expected a workspace id such as 7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978, got "${text.slice(0, 80)}"`,
  );
};

/** How it is called wherever it is named. */
export const workspaceName = (id: string): string => `${SCHEME}${id}`;
