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
#define MIGRATE_ABI_VERSION 1

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
    MIGRATE_STRUCT_TRIPLETS = 6
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

#ifdef __cplusplus
}
#endif

#endif /* MIGRATE_H */
