/*
 * The type of examples/dashboard/grafana.json, by Grafana's own types (@grafana/schema): scripts/check-grafana appends
 * the file to this one. A property that Grafana does not know is an error.
 */
import type * as grafana from './node_modules/@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';
import type * as stat from './node_modules/@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from './node_modules/@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeline from './node_modules/@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as series from './node_modules/@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/* In JSON, an enumeration value is its text. */
type Json<T> = T extends string ? `${T}`
	: T extends Array<infer Item> ? Array<Json<Item>>
	: T extends object ? { [Key in keyof T]: Json<T[Key]> }
	: T;

/* Grafana's panel type leaves everything specific to the kind of panel untyped. */
type PanelOf<Kind, Options, Custom> = Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig'> & {
	type: Kind;
	options: Options;
	fieldConfig: Omit<grafana.FieldConfigSource, 'defaults'> & {
		defaults: Omit<grafana.FieldConfig, 'custom'> & { custom?: Custom };
	};
};

type Panel = grafana.RowPanel
	| PanelOf<'stat', stat.Options, never>
	| PanelOf<'table', table.Options, table.FieldConfig>
	| PanelOf<'state-timeline', timeline.Options, timeline.FieldConfig>
	| PanelOf<'timeseries', series.Options, series.FieldConfig>;

/* What Grafana asks for at an import. */
type Import = {
	__inputs: Array<{ name: string; label: string; type: string; pluginId: string }>;
	__requires: Array<{ type: string; id: string; name: string; version: string }>;
};

type Dashboard = Json<Import & Omit<grafana.Dashboard, 'panels'> & { panels: Array<Panel> }>;

