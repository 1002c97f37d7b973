import type { Reference, Setting, Texts } from './setting.ts';
import type { Thing } from './thing.ts';

export interface Network extends Thing {
  readonly location: Setting<string | null>;
}

export interface Subnet extends Thing {
  /** Names the network by its name, as Terraform does; of documents it is the id of the network. */
  readonly network: Reference;
  readonly prefixes: Texts;
}

export interface SecurityGroup extends Thing {
  readonly location: Setting<string | null>;
}

/** A subnet has a security group, a NAT gateway or a route table. */
export interface SubnetTie extends Thing {
  readonly subnet: Reference;
  readonly to: Reference;
}

export interface NatGateway extends Thing {
  readonly location: Setting<string | null>;
  readonly sku: Setting<string>;
  readonly idleMinutes: Setting<number>;
}

/** A public address, or a prefix of them, of a NAT gateway. */
export interface GatewayAddress extends Thing {
  readonly gateway: Reference;
  readonly publicAddress: Reference;
  /** How many addresses. */
  readonly count: Setting<number | null>;
}

export interface PublicAddress extends Thing {
  readonly sku: Setting<string | null>;
  /** Of a prefix; 32 for one address. */
  readonly prefixLength: Setting<number>;
}

export interface Firewall extends Thing {
  readonly location: Setting<string | null>;
}
