import { BASIC_TOOLS } from './basic-tools.ts';
import { CLUSTER_TOOLS } from './cluster-tools.ts';
import { REGISTRY_TOOLS } from './registry-tools.ts';

/** Every program that the tests need, once. */
export const TOOLS = [...BASIC_TOOLS, ...REGISTRY_TOOLS, ...CLUSTER_TOOLS] as const;

export type ToolName = (typeof TOOLS)[number]['name'];
