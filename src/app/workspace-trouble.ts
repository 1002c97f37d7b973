import { type Trouble, trouble } from './errors.ts';

/** What is wrong with a Log Analytics workspace, for whoever wants it read. */
export const workspaceTrouble = (kind: string, why: string, id: string): Trouble => {
  const place = `Log Analytics workspace ${id}`;
  switch (kind) {
    case 'unreachable':
      return trouble('E822', 'the Log Analytics API cannot be reached', { why });
    case 'absent':
      return trouble('E823', `there is no ${place}`, { why });
    case 'forbidden':
      return trouble('E824', `${place} may not be queried`, {
        why,
        fix: `Assign the role "Log Analytics Reader", and wait some minutes: ${roleFor(id)}`,
      });
    case 'refused-credential':
      return trouble('E825', `${place} does not accept the credential`, { why });
    case 'no-credential':
      return trouble('E826', `there is no credential for ${place}`, { why });
    case 'throttled':
      return trouble('E827', `${place} is asked too much at this time`, { why });
    default:
      return trouble('E828', `${place} could not be read`, { why });
  }
};

const roleFor = (id: string): string =>
  `az role assignment create --role "Log Analytics Reader" --assignee "$WHO" --scope "$(az monitor log-analytics workspace list --query "[?customerId=='${id}'].id" -o tsv)"`;
