import { setArgument } from '../../changes.ts';
import { toldOf } from '../../estate/setting.ts';
import type { Rule } from '../rule.ts';

/** CI001: the agent signs in with the key of the workspace, and reads no rule then. */
export const legacyAuthentication: Rule = ({ clusters }) =>
  clusters.flatMap(({ address, agent }) =>
    agent === null || toldOf(agent.enabled) !== true || toldOf(agent.managedIdentity) !== false
      ? []
      : [
          {
            code: 'CI001',
            spot: agent.managedIdentity.at,
            subject: address,
            message: `oms_agent of ${address} does not use the managed identity`,
            changes: setArgument(agent, 'msi_auth_for_monitoring_enabled', agent.managedIdentity, 'true'),
          },
        ],
  );
