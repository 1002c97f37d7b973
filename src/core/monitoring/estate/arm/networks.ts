import type { Members } from '../../estate.ts';
import { known, type Value } from '../../hcl/value.ts';
import { itemsOf, memberOf, numberAtOr, plainText, referenceAt, textAt, textAtOr, textsAt } from '../members-of.ts';
import type { GatewayAddress, NatGateway, PublicAddress, Subnet, SubnetTie } from '../network.ts';
import type { Reference } from '../setting.ts';
import type { Thing } from '../thing.ts';
import type { ArmResource } from './resource.ts';

const inner = (thing: Thing, value: Value, i: number): Thing => {
  const id = plainText(memberOf(value, 'id'));
  return {
    ...thing,
    address: id ?? `${thing.address}/${plainText(memberOf(value, 'name')) ?? String(i)}`,
    id: id?.toLowerCase() ?? null,
    name: textAt(value, 'name'),
    at: value.from,
  };
};

const propertiesOf = (value: Value): Value => {
  const properties = memberOf(value, 'properties');
  return properties?.kind === 'object' && value.kind === 'object'
    ? { ...value, items: new Map([...value.items, ...properties.items]) }
    : value;
};

const subnetOf = (thing: Thing, of: Value, network: Reference): Subnet => {
  const many = textsAt(of, 'addressPrefixes');
  const one = memberOf(of, 'addressPrefix');
  const text = plainText(one);
  return {
    ...thing,
    network,
    prefixes:
      many.isWritten || one === undefined || text === null
        ? many
        : { texts: [{ text, from: one.from }], sure: true, isWritten: true, at: one.from, from: null },
  };
};

const tiesOf = (thing: Thing, of: Value, name: string): readonly SubnetTie[] => {
  const to = referenceAt(of, name, 'id');
  if (to.value === undefined) return [];
  const subnet = { value: known(thing.at, thing.id ?? thing.address), at: thing.at };
  return [{ ...thing, address: `${thing.address}/${name}`, subnet, to }];
};

type Subnets = Pick<Members, 'subnets' | 'subnetSecurityGroups' | 'subnetNatGateways'>;

const subnetsIn = (all: readonly (readonly [Thing, Value])[], network: Reference): Subnets => ({
  subnets: all.map(([thing, of]) => subnetOf(thing, of, network)),
  subnetSecurityGroups: all.flatMap(([thing, of]) => tiesOf(thing, of, 'networkSecurityGroup')),
  subnetNatGateways: all.flatMap(([thing, of]) => tiesOf(thing, of, 'natGateway')),
});

export const networkMembers = ({ thing, of }: ArmResource): Partial<Members> => {
  const itself = { value: known(thing.at, thing.id ?? thing.address), at: thing.at };
  const all = itemsOf(memberOf(of, 'subnets')).map((s, i) => [inner(thing, s, i), propertiesOf(s)] as const);
  return { networks: [{ ...thing, location: textAt(of, 'location') }], ...subnetsIn(all, itself) };
};

export const subnetMembers = ({ thing, of, parent }: ArmResource): Partial<Members> => subnetsIn([[thing, of]], parent);

export const natGatewayMembers = ({ thing, of }: ArmResource): Partial<Members> => {
  const gateway: NatGateway = {
    ...thing,
    location: textAt(of, 'location'),
    sku: textAtOr(of, 'Standard', 'sku', 'name'),
    idleMinutes: numberAtOr(of, 4, 'idleTimeoutInMinutes'),
  };
  const itself = { value: known(thing.at, thing.id ?? thing.address), at: thing.at };
  const addresses = ['publicIpAddresses', 'publicIpPrefixes'].flatMap((name) =>
    itemsOf(memberOf(of, name)).map(
      (one, i): GatewayAddress => ({
        ...inner(thing, one, i),
        gateway: itself,
        publicAddress: referenceAt(one, 'id'),
        count: { is: 'unset', value: name === 'publicIpAddresses' ? 1 : null, at: one.from },
      }),
    ),
  );
  return { natGateways: [gateway], gatewayAddresses: addresses };
};

export const publicAddressOf = ({ thing, of, type }: ArmResource): PublicAddress => ({
  ...thing,
  sku: textAt(of, 'sku', 'name'),
  prefixLength: type.endsWith('prefixes')
    ? numberAtOr(of, 28, 'prefixLength')
    : { is: 'unset', value: 32, at: thing.at },
});
