/* The whole C interface of the native library.
 *
 * Rules for every function:
 *   - it returns a status; on failure migrate_last_error() says in one line what is wrong, for the calling thread;
 *   - it never prints, never aborts, throws nothing, and keeps nothing between calls but that message;
 *   - it may be called from any thread; objects are immutable once built;
 *   - pointers are read or written only during the call, and arrays are dense, last axis fastest.
 * Units: Angstrom. A lattice is a matrix whose ROWS are the vectors a, b, c: cartesian = fractional * lattice.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdint.h>

#if defined(_WIN32)
#define MIGRATE_API __declspec(dllexport)
#else
#define MIGRATE_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- library ---------------------------------------------------------------------------------------------------- */

/* Raised with every change of this header. A caller built for another number must not go on. */
#define MIGRATE_ABI_VERSION 4

typedef enum migrate_status {
    MIGRATE_OK = 0,
    MIGRATE_INVALID_ARGUMENT = 1, /* a null pointer, a size or a setting out of range: a mistake of the caller */
    MIGRATE_INVALID_CRYSTAL = 2,  /* the structure cannot be a crystal: a mistake of the user's file */
    MIGRATE_OUT_OF_MEMORY = 3,
    MIGRATE_INTERNAL_ERROR = 4
} migrate_status;

/* Structs whose size a caller can compare with its own. */
typedef enum migrate_struct {
    MIGRATE_STRUCT_CRYSTAL = 0,
    MIGRATE_STRUCT_NEIGHBOR_ARRAYS = 1,
    MIGRATE_STRUCT_GRAPH_SETTINGS = 2,
    MIGRATE_STRUCT_SITE = 3,
    MIGRATE_STRUCT_GRAPH_ARRAYS = 4,
    MIGRATE_STRUCT_BONDS = 5,
    MIGRATE_STRUCT_TRIPLETS = 6,
    MIGRATE_STRUCT_PROCESSOR = 7,
    MIGRATE_STRUCT_TILE = 8,
    MIGRATE_STRUCT_DENSE = 9,
    MIGRATE_STRUCT_EDGE_GATED = 10,
    MIGRATE_STRUCT_RADIAL_BASIS = 11,
    MIGRATE_STRUCT_INTERPOLATE = 12,
    MIGRATE_STRUCT_POOL = 13,
    MIGRATE_STRUCT_WORKSPACE = 14,
    MIGRATE_STRUCT_GATE_FORWARD = 15,
    MIGRATE_STRUCT_GATE_BACKWARD = 16,
    MIGRATE_STRUCT_NORM_SILU = 17,
    MIGRATE_STRUCT_NORM_SILU_BACKWARD = 18,
    MIGRATE_STRUCT_COLUMN_STATISTICS = 19,
    MIGRATE_STRUCT_VORONOI_ARRAYS = 20,
    MIGRATE_STRUCT_SYMMETRY = 21,
    MIGRATE_STRUCT_LAYER = 22,
    MIGRATE_STRUCT_M3GNET_SPEC = 23,
    MIGRATE_STRUCT_M3GNET_RUN = 24
} migrate_struct;

/* MIGRATE_ABI_VERSION of the library. */
MIGRATE_API int32_t migrate_version(void);

/* Bytes of a struct (migrate_struct) in the library, or 0 for an unknown number. */
MIGRATE_API int64_t migrate_sizeof(int32_t which);

/* Why the last failing call of this thread failed; UTF-8, valid until this thread's next failing call; never null. */
MIGRATE_API const char* migrate_last_error(void);

/* ---- crystals --------------------------------------------------------------------------------------------------- */

typedef struct migrate_crystal {
    int64_t n_atoms;          /* at least 1 */
    const double* lattice;    /* [3, 3] rows a, b, c */
    const double* fractional; /* [n_atoms, 3], any image: nothing needs to lie in [0, 1) */
} migrate_crystal;

/* ---- neighbour list --------------------------------------------------------------------------------------------- */

/* All pairs with distance <= cutoff but an atom with itself, every periodic image, each pair in both directions.
 * Two sites at one point are a pair too.
 *   displacement[k] = (fractional[target[k]] + shift[k] - fractional[source[k]]) * lattice
 * Order: source, then target, then shift a, b, c: integers only, so the same on every device and every run. */
typedef struct migrate_neighbor_list migrate_neighbor_list;

typedef struct migrate_neighbor_arrays {
    int64_t n_atoms;
    int64_t n_pairs;
    const int32_t* row_begin;   /* [n_atoms + 1] pairs of source i are row_begin[i] .. row_begin[i + 1] */
    const int32_t* target;      /* [n_pairs] */
    const int32_t* shift;       /* [n_pairs, 3] */
    const double* displacement; /* [n_pairs, 3] */
    const double* distance;     /* [n_pairs] */
} migrate_neighbor_arrays;

MIGRATE_API migrate_status migrate_neighbor_list_build(const migrate_crystal* crystal, double cutoff,
                                                       migrate_neighbor_list** out);

/* Arrays of the list: they belong to it and die with it. */
MIGRATE_API migrate_status migrate_neighbor_list_arrays(const migrate_neighbor_list* list,
                                                        migrate_neighbor_arrays* out);

/* Null is allowed. */
MIGRATE_API void migrate_neighbor_list_free(migrate_neighbor_list* list);

/* ---- crystal graph ---------------------------------------------------------------------------------------------- */

typedef enum migrate_ties {
    MIGRATE_TIES_PUBLISHED = 0,  /* keep d <= d_k exactly, with the published arithmetic (lattice at 5 decimals) */
    MIGRATE_TIES_WHOLE_SHELL = 1 /* keep d <= d_k + shell_tolerance, on the exact lattice */
} migrate_ties;

typedef enum migrate_relations {
    MIGRATE_RELATIONS_DUPLICATED = 0, /* a mutual relation counts twice in each direction, a one-sided one once */
    MIGRATE_RELATIONS_CANONICAL = 1   /* every relation counts once in each direction; those to own images twice */
} migrate_relations;

typedef struct migrate_graph_settings {
    int32_t neighbors;      /* k, at least 1 */
    int32_t ties;           /* migrate_ties */
    int32_t relations;      /* migrate_relations */
    int32_t reserved;       /* 0 */
    double cutoff;          /* above 0.15 */
    double shell_tolerance; /* at least 0; for MIGRATE_TIES_WHOLE_SHELL */
} migrate_graph_settings;

/* How the neighbours of one atom were chosen. The cut is d_k (published) or d_k + shell_tolerance (whole shell). */
typedef struct migrate_site {
    int32_t kept;               /* neighbours with distance <= cut: k or more */
    int32_t ties_kept;          /* kept - k */
    int32_t ties_dropped;       /* neighbours left out within 1e-3 of the cut */
    int32_t coincident_skipped; /* pairs at 0.15 or less, which are no neighbours */
    double shell_radius;        /* d_k */
    double gap_after_cut;       /* from the cut to the first neighbour left out */
} migrate_site;

/* Each atom's k nearest neighbours, made symmetric. Bonds are unique and directed, sorted by (target, source, shift).
 */
typedef struct migrate_crystal_graph migrate_crystal_graph;

typedef struct migrate_graph_arrays {
    int64_t n_atoms;
    int64_t n_bonds;
    double cutoff_used;          /* the published search radius after its growth */
    const int32_t* row_begin;    /* [n_atoms + 1] bonds that enter atom i are row_begin[i] .. row_begin[i + 1] */
    const int32_t* source;       /* [n_bonds] atom that the bond leaves */
    const int32_t* shift;        /* [n_bonds, 3] */
    const double* displacement;  /* [n_bonds, 3] source to target; lattice at 5 decimals with published ties */
    const double* distance;      /* [n_bonds] length of the displacement */
    const uint8_t* multiplicity; /* [n_bonds] copies in the published edge list, 1 or 2 */
    const migrate_site* sites;   /* [n_atoms] */
} migrate_graph_arrays;

MIGRATE_API migrate_status migrate_crystal_graph_build(const migrate_crystal* crystal,
                                                       const migrate_graph_settings* settings,
                                                       migrate_crystal_graph** out);

/* Arrays of the graph: they belong to it and die with it. */
MIGRATE_API migrate_status migrate_crystal_graph_arrays(const migrate_crystal_graph* graph, migrate_graph_arrays* out);

/* Null is allowed. */
MIGRATE_API void migrate_crystal_graph_free(migrate_crystal_graph* graph);

/* ---- line graph ------------------------------------------------------------------------------------------------- */

/* Bonds as the caller holds them; same meaning and order as in migrate_graph_arrays. Everything is checked. */
typedef struct migrate_bonds {
    int64_t n_atoms;
    int64_t n_bonds;
    const int32_t* row_begin;    /* [n_atoms + 1] */
    const int32_t* source;       /* [n_bonds] */
    const double* displacement;  /* [n_bonds, 3] */
    const double* distance;      /* [n_bonds] positive */
    const uint8_t* multiplicity; /* [n_bonds] 1 or 2 */
} migrate_bonds;

/* Triplets e1 -> e2, target(e1) = source(e2), sorted by (e2, e1). All arrays are the caller's, and written.
 *   cosine = -r1 . r2 / (|r1| |r2|), clamped to [-1, 1]
 *   weight = multiplicity(e1) - (e1 == e2): published copies of e1 that enter one copy of e2; 0 is left out */
typedef struct migrate_triplets {
    int64_t n_triplets;     /* as migrate_line_graph_count says */
    int32_t* triplet_begin; /* [n_bonds + 1] triplets that enter bond e are triplet_begin[e] .. triplet_begin[e + 1] */
    int32_t* source;        /* [n_triplets] e1 */
    double* cosine;         /* [n_triplets] */
    uint8_t* weight;        /* [n_triplets] */
} migrate_triplets;

MIGRATE_API migrate_status migrate_line_graph_count(const migrate_bonds* bonds, int64_t* n_triplets);
MIGRATE_API migrate_status migrate_line_graph_fill(const migrate_bonds* bonds, const migrate_triplets* out);

/* ---- structure -------------------------------------------------------------------------------------------------- */

/* What the library was built with; functions behind a missing one return MIGRATE_INVALID_ARGUMENT. */
typedef enum migrate_capability {
    MIGRATE_CAPABILITY_VORONOI = 1, /* Voro++ */
    MIGRATE_CAPABILITY_SYMMETRY = 2 /* spglib */
} migrate_capability;

/* Bits of migrate_capability. */
MIGRATE_API int32_t migrate_capabilities(void);

/* The Voronoi cell of every atom. Faces that their atom sees under less than smallest_share (0 to 0.25) of the full
 * solid angle are left out; volumes are those of whole cells. Neighbours nearer than 0.15 share no face. */
typedef struct migrate_voronoi migrate_voronoi;

typedef struct migrate_voronoi_arrays {
    int64_t n_atoms;
    int64_t n_faces;
    const double* volume;       /* [n_atoms] */
    const int32_t* row_begin;   /* [n_atoms + 1] faces of atom i are row_begin[i] .. row_begin[i + 1], nearest first */
    const int32_t* neighbor;    /* [n_faces] atom on the other side */
    const int32_t* edges;       /* [n_faces] edges longer than 1 % of the perimeter */
    const double* displacement; /* [n_faces, 3] from the atom to that neighbour */
    const double* area;         /* [n_faces] */
    const double* solid_angle;  /* [n_faces] steradian */
} migrate_voronoi_arrays;

MIGRATE_API migrate_status migrate_voronoi_build(const migrate_crystal* crystal, double smallest_share,
                                                 migrate_voronoi** out);

/* Arrays of the cells: they belong to them and die with them. */
MIGRATE_API migrate_status migrate_voronoi_arrays_of(const migrate_voronoi* voronoi, migrate_voronoi_arrays* out);

/* Null is allowed. */
MIGRATE_API void migrate_voronoi_free(migrate_voronoi* voronoi);

/* The same for a cell and its supercells. */
typedef struct migrate_symmetry {
    int32_t space_group;       /* 1 to 230 */
    int32_t point_group_order; /* operations of the point group, 1 to 48 */
    int32_t centrosymmetric;   /* 1 with an inversion */
    int32_t n_orbits;          /* sites that no operation carries into another */
} migrate_symmetry;

/* species [n_atoms]: equal numbers for equal atoms. tolerance: how far a site may be from its place. orbit [n_atoms]
 * receives the first site of each site's orbit. */
MIGRATE_API migrate_status migrate_symmetry_find(const migrate_crystal* crystal, const int32_t* species,
                                                 double tolerance, int32_t* orbit, migrate_symmetry* out);

/* ---- processor -------------------------------------------------------------------------------------------------- */

typedef enum migrate_simd { MIGRATE_SIMD_BASELINE = 0, MIGRATE_SIMD_AVX2 = 1, MIGRATE_SIMD_AVX512 = 2 } migrate_simd;

/* What the kernels run on: the best the processor has, or what the environment variable MIGRATE_SIMD (baseline, avx2)
 * lowers it to. */
typedef struct migrate_processor {
    int32_t simd;        /* migrate_simd */
    int32_t bf16_dot;    /* 1 with AVX512_BF16 */
    int32_t fp16_math;   /* 1 with AVX512_FP16 */
    int32_t max_threads; /* threads that a call uses at most: 1 without OpenMP */
} migrate_processor;

MIGRATE_API migrate_status migrate_processor_info(migrate_processor* out);

typedef enum migrate_peak {
    MIGRATE_PEAK_F32 = 0,  /* fused multiply-adds of float, FLOP/s */
    MIGRATE_PEAK_F64 = 1,  /* the same of double */
    MIGRATE_PEAK_BF16 = 2, /* bf16 dot products */
    MIGRATE_PEAK_FP16 = 3, /* fused multiply-adds of fp16 */
    MIGRATE_PEAK_READ = 4, /* memory read, bytes/s, far more than any cache holds */
    MIGRATE_PEAK_COPY = 5  /* memory copied: bytes read plus bytes written */
} migrate_peak;

/* Best rate of several short runs on that many threads: what no kernel can exceed. 0 where the processor cannot do it.
 */
MIGRATE_API migrate_status migrate_measure_peak(int32_t which, int32_t threads, double* rate);

/* ---- forward pass with frozen weights ---------------------------------------------------------------------------- */

/* How rows lie in memory. */
typedef enum migrate_dtype { MIGRATE_F32 = 0, MIGRATE_F64 = 1, MIGRATE_BF16 = 2, MIGRATE_F16 = 3 } migrate_dtype;

/* What products are computed in; sums of bf16 products are kept in float, those of fp16 products in fp16
 * within runs of 64 and in float between them. */
typedef enum migrate_arithmetic {
    MIGRATE_ARITHMETIC_F32 = 0,
    MIGRATE_ARITHMETIC_F64 = 1,
    MIGRATE_ARITHMETIC_BF16_DOT = 2,
    MIGRATE_ARITHMETIC_FP16 = 3
} migrate_arithmetic;

/* Rows are padded to a multiple of `lanes` channels; what lies past the last channel is zero and stays zero. Node gates
 * are stored in panels of `columns` channels. Both depend on the processor. */
typedef struct migrate_tile {
    int32_t lanes;
    int32_t columns;
} migrate_tile;

MIGRATE_API migrate_status migrate_tile_of(int32_t arithmetic, migrate_tile* out);

/* weights [n, k], row = output channel, to what the kernels read; `out` is aligned to 64 bytes and packed for this
 * processor. */
MIGRATE_API migrate_status migrate_packed_bytes(int32_t arithmetic, int64_t n, int64_t k, int64_t* bytes);
MIGRATE_API migrate_status migrate_pack_weights(int32_t arithmetic, const double* weights, int64_t n, int64_t k,
                                                void* out);

/* Scratch that a call with depth k needs, aligned to 64 bytes; its contents need not be kept. */
MIGRATE_API migrate_status migrate_workspace_bytes(int32_t arithmetic, int64_t k, int32_t threads, int64_t* bytes);

typedef struct migrate_workspace {
    void* memory;
    int64_t bytes;
    int32_t threads; /* results do not depend on it */
    int32_t reserved;
} migrate_workspace;

/* out[n, width] = activation(in[n, k] * weights + bias). Rows are double with arithmetic f64, else float.
 * Panel-major output, [width / columns, n, columns], keeps together what one panel of migrate_edge_gated_run reads:
 * rows of a whole layer lie a power of two apart, and their first lines would all fall into the same few sets of the
 * cache. */
typedef struct migrate_dense {
    int32_t arithmetic;
    int32_t silu;        /* 1: SiLU after the bias */
    int32_t panel_major; /* 1: width is whole panels, out_stride is not used */
    int32_t reserved;
    int64_t n, k, in_stride;
    int64_t width, out_stride;
    const void* in;
    const void* weights; /* packed, [width, k] */
    const void* bias;    /* [width] */
    void* out;
} migrate_dense;

MIGRATE_API migrate_status migrate_dense_run(const migrate_dense* call, const migrate_workspace* workspace);

/* Edge-gated graph convolution with its norms folded in, nodes and edges updated in place:
 *   m_e = P[source] + Q[target] + W e       h_v = sum w s(m) M[source] / (sum w s(m) + 1e-6)     s: logistic function
 *   x_v += silu(U_v + node_scale h_v)       e += silu(edge_scale m_e + edge_shift)
 * `gates` holds P, M, Q, U, each panel-major with as many panels as the channels need.
 * With a table, an edge is one number instead of a row: W e and e are interpolated (cubic), and rows are only written.
 */
typedef struct migrate_edge_gated {
    int32_t arithmetic;
    int32_t storage;    /* migrate_dtype of the edge rows */
    int32_t want_edges; /* 0: edge rows are not written */
    int32_t reserved;
    int64_t n_nodes, n_edges, channels, stride;
    const int32_t* row_begin; /* [n_nodes + 1] edges that enter node v are row_begin[v] .. row_begin[v + 1] */
    const int32_t* source;    /* [n_edges] */
    const float* weight;      /* [n_edges] w, or null where every one is 1 */
    const void* gates;        /* [4 panels, n_nodes, columns] */
    void* nodes;              /* [n_nodes, stride] x */
    void* edges;              /* [n_edges, stride] e */
    const double* position;   /* [n_edges] abscissa in units of the table's spacing, 0 .. intervals; null: no table */
    int64_t intervals;
    const void* gate_table;  /* [intervals + 3, stride] W e at -1, 0, 1, .. intervals + 1 */
    const void* value_table; /* the same of e */
    const void* weights;     /* packed W, [channels, channels] */
    const void* node_scale;  /* [stride] */
    const void* edge_scale;  /* [stride] */
    const void* edge_shift;  /* [stride] */
} migrate_edge_gated;

MIGRATE_API migrate_status migrate_edge_gated_run(const migrate_edge_gated* call, const migrate_workspace* workspace);

/* rows[n, stride] = exp(-gamma (value - centers)^2), zero past the last centre. */
typedef struct migrate_radial_basis {
    int32_t dtype; /* f32 or f64 */
    int32_t threads;
    int64_t n, bins, stride;
    const double* values;
    const void* centers; /* [stride] */
    double gamma;
    void* rows;
} migrate_radial_basis;

MIGRATE_API migrate_status migrate_radial_basis_run(const migrate_radial_basis* call);

/* rows[n, stride] interpolated in a table, as in migrate_edge_gated. */
typedef struct migrate_interpolate {
    int32_t dtype; /* f32 or f64 */
    int32_t threads;
    int64_t n, stride, intervals;
    const double* position;
    const void* table;
    void* rows;
} migrate_interpolate;

MIGRATE_API migrate_status migrate_interpolate_run(const migrate_interpolate* call);

/* out[segment] = SiLU(mean of its rows). */
typedef struct migrate_pool {
    int32_t dtype; /* f32 or f64 */
    int32_t reserved;
    int64_t n_rows, n_segments, stride;
    const int32_t* begin; /* [n_segments] first row */
    const int32_t* count; /* [n_segments] rows, at least 1 */
    const void* rows;
    void* out;
} migrate_pool;

MIGRATE_API migrate_status migrate_pool_run(const migrate_pool* call);

/* ---- training: forward and backward on dense rows -----------------------------------------------------------------
 */

/* Rows are float or double (dtype), dense, with `channels` numbers each: torch's tensors as they are. Indices are
 * torch's int64. Weights may be null where each is 1. Every result is the same on every run and for any number of
 * threads: sums run over pieces that depend on the sizes alone. */

/* The gates and gated means of an edge-gated convolution, and the statistics of the gates:
 *   m_e = P[source] + Q[target] + edge part            h_v = sum w s(m) M[source] / (sum w s(m) + 1e-6)
 *   mean, variance = of m over the edges, edge e counted multiplicity_e times; variance biased */
typedef struct migrate_gate_forward {
    int32_t dtype;
    int32_t threads;
    int64_t n_nodes, n_edges, channels;
    const int64_t* row_begin; /* [n_nodes + 1] */
    const int64_t* source;    /* [n_edges] */
    const void* weight;       /* [n_edges] w */
    const void* multiplicity; /* [n_edges] */
    const void* source_gate;  /* [n_nodes, channels] P */
    const void* target_gate;  /* [n_nodes, channels] Q */
    const void* message;      /* [n_nodes, channels] M */
    void* gate;               /* [n_edges, channels] in: the edges' part; out: m */
    void* node_mean;          /* [n_nodes, channels] h */
    void* inverse;            /* [n_nodes, channels] 1 / (sum w s(m) + 1e-6), for the backward pass; may be null */
    void* mean;               /* [channels]; null: no statistics */
    void* variance;           /* [channels] */
} migrate_gate_forward;

MIGRATE_API migrate_status migrate_gate_forward_run(const migrate_gate_forward* call);

/* out = residual + silu(scale rows + shift): a norm with its statistics in scale and shift. */
typedef struct migrate_norm_silu {
    int32_t dtype;
    int32_t threads;
    int64_t n, channels;
    const void* rows;     /* [n, channels] */
    const void* residual; /* [n, channels] or null */
    const void* scale;    /* [channels] */
    const void* shift;    /* [channels] */
    void* out;            /* [n, channels] */
} migrate_norm_silu;

MIGRATE_API migrate_status migrate_norm_silu_run(const migrate_norm_silu* call);

/* Mean and biased variance of every column, row r counted weight_r times. */
typedef struct migrate_column_statistics {
    int32_t dtype;
    int32_t threads;
    int64_t n, channels;
    const void* rows;   /* [n, channels], n at least 1 */
    const void* weight; /* [n] */
    void* mean;         /* [channels] */
    void* variance;     /* [channels] */
} migrate_column_statistics;

MIGRATE_API migrate_status migrate_column_statistics_run(const migrate_column_statistics* call);

/* Backward of y = silu(gamma n + beta), n = (rows - mean) inverse. With d = dy silu'(gamma n + beta):
 *   sum = column sums of d (the gradient of beta)        dot = column sums of d n (the gradient of gamma)
 *   d_rows = gamma inverse (d - weight_r / total (sum + n dot))      or gamma inverse d with total 0 (frozen
 * statistics) */
typedef struct migrate_norm_silu_backward {
    int32_t dtype;
    int32_t threads;
    int64_t n, channels;
    const void* grad;    /* [n, channels] dy */
    const void* rows;    /* [n, channels] */
    const void* weight;  /* [n] */
    double total;        /* sum of the weights; 0: the statistics were frozen */
    const void* mean;    /* [channels] */
    const void* inverse; /* [channels] 1 / sqrt(variance + eps) */
    const void* gamma;   /* [channels] */
    const void* beta;    /* [channels] */
    void* sum;           /* [channels] written by the reduction, read by the rest */
    void* dot;           /* [channels] the same */
    void* out;           /* [n, channels] d_rows; not used by the reduction */
} migrate_norm_silu_backward;

/* First sum and dot, then (where it is wanted alone) d_rows. */
MIGRATE_API migrate_status migrate_norm_silu_reduce_run(const migrate_norm_silu_backward* call);
MIGRATE_API migrate_status migrate_norm_silu_backward_run(const migrate_norm_silu_backward* call);

/* Backward of migrate_gate_forward and of the edge norm behind it, where there is one (norm not null: grad, rows =
 * gates and out are those of the edges, sum and dot are there already): dS = dh inverse, dG = -dh h inverse dm_e = norm
 * part + w (M[source] dS[target] + dG[target]) s(m) (1 - s(m)) d_target_gate[v] = sum of dm into v     d_source_gate[u]
 * = sum of dm out of u     d_message[u] = sum of w s(m) dS[target] out of u */
typedef struct migrate_gate_backward {
    int32_t dtype;
    int32_t threads;
    int64_t n_nodes, n_edges, channels;
    const int64_t* row_begin;               /* [n_nodes + 1] edges into a node */
    const int64_t* source;                  /* [n_edges] */
    const int64_t* target;                  /* [n_edges] */
    const int64_t* out_begin;               /* [n_nodes + 1] edges out of a node, */
    const int64_t* out_edge;                /* [n_edges] by number */
    const void* weight;                     /* [n_edges] w */
    const migrate_norm_silu_backward* norm; /* or null */
    const void* gate;                       /* [n_edges, channels] m */
    const void* message;                    /* [n_nodes, channels] M */
    const void* node_mean;                  /* [n_nodes, channels] h */
    const void* inverse;                    /* [n_nodes, channels] */
    const void* d_node_mean;                /* [n_nodes, channels] dh */
    void* d_gate;                           /* [n_edges, channels] dm */
    void* d_source_gate;                    /* [n_nodes, channels] */
    void* d_target_gate;                    /* [n_nodes, channels] */
    void* d_message;                        /* [n_nodes, channels] */
} migrate_gate_backward;

MIGRATE_API migrate_status migrate_gate_backward_run(const migrate_gate_backward* call);

/* ---- interatomic potentials -------------------------------------------------------------------------------------- */

/* A linear layer: y = x weights + bias. */
typedef struct migrate_layer {
    int64_t inputs, outputs; /* outputs 1 to 1024 */
    const double* weights;   /* [inputs, outputs] */
    const double* bias;      /* [outputs] or null */
} migrate_layer;

typedef enum migrate_radial {
    MIGRATE_RADIAL_SMOOTH = 0,   /* smooth Bessel functions */
    MIGRATE_RADIAL_SPHERICAL = 1 /* the nine spherical Bessel functions of l, n = 0 .. 2 */
} migrate_radial;

/* M3GNet (Chen and Ong, Nat. Comput. Sci. 2, 718 (2022)), cutoff 5 A, three-body sums within 4 A. Layers in this order;
 * of a gated stack, value and gate of the first layer, then of the second, and so on: bond embedding (functions ->
 * width) for each block: gate of end atoms (width -> 9); three-body gated layer (9 -> width); update of bonds, gated (3
 * width: centre, end, bond -> ... -> width), its radial weight (functions -> width); update of atoms and its radial
 * weight, of the same shapes readout, gated (width -> ... -> 1), whose values end as they are */
typedef struct migrate_m3gnet_spec {
    int32_t dtype;            /* f32 or f64 */
    int32_t n_blocks;         /* 1 to 16 */
    int32_t update_layers;    /* 1 to 8 */
    int32_t readout_layers;   /* 1 to 8 */
    int32_t bond_basis;       /* migrate_radial */
    int32_t three_body_basis; /* migrate_radial, nine functions either way */
    int32_t sums_at_centre;   /* 1: messages are summed at the centre and radial weights of atoms end in swish (the
                                 original release);   0: at the end, and they do not */
    int32_t reserved;
    int64_t width;          /* of atoms and bonds: a multiple of 16, at most 1024 */
    int64_t bond_functions; /* 1 to 9; spherical: 9 */
    int64_t n_rows;
    const double* embedding; /* [n_rows, width] of elements */
    int64_t n_layers;
    const migrate_layer* layers;
} migrate_m3gnet_spec;

typedef struct migrate_m3gnet migrate_m3gnet;

/* Copies what it needs, packed for this processor. */
MIGRATE_API migrate_status migrate_m3gnet_build(const migrate_m3gnet_spec* spec, migrate_m3gnet** out);

/* Null is allowed. */
MIGRATE_API void migrate_m3gnet_free(migrate_m3gnet* model);

/* Directed bonds i -> j within the cutoff, both directions, sorted by their centre i. */
typedef struct migrate_m3gnet_run {
    int64_t n_atoms, n_bonds;
    const int64_t* row;    /* [n_atoms] of the embedding */
    const int64_t* begin;  /* [n_atoms + 1] bonds of a centre */
    const int64_t* end;    /* [n_bonds] atom j */
    const double* vectors; /* [n_bonds, 3] x_j + n L - x_i, at least 0.01 A long */
    double* energy;        /* [n_atoms] readout, without scale and offset of the release */
    double* gradient;      /* [n_bonds, 3] of the sum of all energies by the vectors, or null */
    void* workspace;       /* aligned to 64 bytes */
    int64_t workspace_bytes;
} migrate_m3gnet_run;

/* Bytes of the workspace of a call. */
MIGRATE_API migrate_status migrate_m3gnet_workspace(const migrate_m3gnet* model, int64_t n_atoms, int64_t n_bonds,
                                                    int32_t gradient, int64_t* bytes);

/* On the calling thread alone; several may use one model, each with its own workspace. */
MIGRATE_API migrate_status migrate_m3gnet_evaluate(const migrate_m3gnet* model, const migrate_m3gnet_run* call);

#ifdef __cplusplus
}
#endif

#endif /* MIGRATE_H */
