import { type Trouble, trouble } from './errors.ts';

/** What is wrong with the metrics of an Azure resource, for whoever wants them read. */
export const metricsTrouble = (kind: string, why: string, resource: string): Trouble => {
  const place = `metrics of ${resource}`;
  switch (kind) {
    case 'unreachable':
      return trouble('E832', "Azure's API of resources cannot be reached", { why });
    case 'absent':
      return trouble('E833', `there is no ${resource}`, { why });
    case 'forbidden':
      return trouble('E834', `${place} may not be read`, {
        why,
        fix: `Assign the role "Monitoring Reader", and wait some minutes: az role assignment create --role "Monitoring Reader" --assignee "$WHO" --scope "${resource}"`,
      });
    case 'refused-credential':
    case 'no-credential':
      return trouble('E835', `there is no credential that is accepted for ${place}`, { why });
    default:
      return trouble('E836', `${place} could not be read`, { why });
  }
};
