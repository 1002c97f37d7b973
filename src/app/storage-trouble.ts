import { type Trouble, trouble } from './errors.ts';

/** Where storage was asked, by names that hold no secret. */
export interface StoragePlace {
  readonly account: string;
  readonly container: string;
}

/** What is wrong with a container, for whoever wants it read. */
export const storageTrouble = (kind: string, why: string, { account, container }: StoragePlace): Trouble => {
  const place = `container ${container} of ${account}`;
  switch (kind) {
    case 'unreachable':
      return trouble('E802', `storage account ${account} cannot be reached`, { why });
    case 'absent':
      return trouble('E803', `there is no ${place}`, { why });
    case 'forbidden':
      return trouble('E804', `${place} may not be read`, {
        why,
        fix: `Assign the role "Storage Blob Data Reader", and wait some minutes: ${roleFor(account)} (for a SAS: permissions rl)`,
      });
    case 'network-rules':
      return trouble('E804', `${place} may not be read from here`, {
        why,
        fix: `See whether the account's firewall lets this machine in (az storage account show --name ${account} --query networkRuleSet), then the role: ${roleFor(account)}`,
      });
    case 'refused-credential':
      return trouble('E805', `${place} does not accept the credential`, { why });
    case 'no-credential':
      return trouble('E806', `there is no credential for ${place}`, { why });
    case 'too-wide':
      return trouble('E801', `${place} does not look like flow logs`, {
        why,
        fix: 'Give the prefix of the flow logs behind the container: https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX',
      });
    default:
      return trouble('E807', `${place} could not be read`, { why });
  }
};

const roleFor = (account: string): string =>
  `az role assignment create --role "Storage Blob Data Reader" --assignee "$WHO" --scope "$(az storage account show --name ${account} --query id -o tsv)"`;
