/* The header promises C: this file is compiled as C and calls the library through it. */
#include "migrate.h"

int header_is_c(void) {
    const double lattice[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
    const double fractional[3] = {0, 0, 0};
    migrate_crystal crystal;
    migrate_neighbor_list* list = 0;
    migrate_neighbor_arrays arrays;
    int pairs = -1;
    crystal.n_atoms = 1;
    crystal.lattice = lattice;
    crystal.fractional = fractional;
    if (migrate_neighbor_list_build(&crystal, 3.5, &list) != MIGRATE_OK) return -1;
    if (migrate_neighbor_list_arrays(list, &arrays) == MIGRATE_OK) pairs = (int)arrays.n_pairs;
    migrate_neighbor_list_free(list);
    return pairs;
}
