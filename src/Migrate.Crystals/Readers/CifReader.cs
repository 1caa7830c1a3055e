using System.Runtime.InteropServices;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Crystallographic information files: cell, atom sites and symmetry operations, which fill the cell. Each data block with a structure
/// gives one. Disordered structures are refused: a barrier belongs to an arrangement of atoms, and which one is not for a reader to choose.
/// </summary>
internal static class CifReader
{
    /// <summary>Images of a site closer than this are one atom, Å: the site lies on a symmetry element.</summary>
    public const double SameAtom = 0.01;

    // Images of a hopping ion may be close to each other, but not this many; the search for close atoms would take forever.
    private const int MostNear = 100;

    public static IEnumerable<Structure> Read(TextReader reader, string file)
    {
        var found = false;
        foreach (var block in CifParser.Read(new TextLines(reader, file)))
        {
            if (block.HasNoStructure)
            {
                continue;
            }

            found = true;
            yield return ReadStructure(block);
        }

        if (!found)
        {
            throw new InvalidInputException("holds no structure: no data block with a cell and atom sites", file);
        }
    }

    private static Structure ReadStructure(CifBlock block)
    {
        var lattice = ReadLattice(block);
        var operations = CifSymmetry.Read(block, lattice);
        var sites = CifSites.Read(block);
        var grid = new CifSiteGrid(lattice);
        var (numbers, fractional) = (new List<byte>(), new List<Vector3D>());
        for (var i = 0; i < sites.Count; i++)
        {
            foreach (var operation in operations)
            {
                // The site as it is written, its images in the cell 0 ≤ f < 1.
                var image = operation.IsIdentity ? sites[i].Fractional : operation.Apply(sites[i].Fractional).Map(x => x - Math.Floor(x));
                if (IsNew(image, i, grid, sites, block))
                {
                    grid.Add(image, i);
                    numbers.Add(sites[i].AtomicNumber);
                    fractional.Add(image);
                }
            }

            if (numbers.Count > Tokens.MostSites)
            {
                throw block.Error($"the symmetry operations make more than {Tokens.MostSites} atoms", sites[i].Line);
            }
        }

        return new Structure(lattice, CollectionsMarshal.AsSpan(numbers), CollectionsMarshal.AsSpan(fractional), block.Name);
    }

    private static bool IsNew(Vector3D image, int site, CifSiteGrid grid, List<CifSite> sites, CifBlock block)
    {
        var near = 0;
        foreach (var (owner, distance) in grid.Near(image))
        {
            if (++near > MostNear)
            {
                throw block.Error(
                    $"more than {MostNear} atoms within {CifSiteGrid.Reach} Å of site {sites[site].Label}; this is no crystal",
                    sites[site].Line);
            }

            if (distance <= SameAtom && owner == site)
            {
                return false;
            }

            if (distance <= SameAtom)
            {
                throw block.Error(
                    $"sites {sites[owner].Label} and {sites[site].Label} are at the same place; a place holds one atom",
                    sites[site].Line);
            }

            if (owner == site)
            {
                throw block.Error(
                    $"site {sites[site].Label} is {distance:0.000} Å from its own symmetry image;"
                    + " write special positions with more digits (0.33333, not 0.33)",
                    sites[site].Line);
            }
        }

        return true;
    }

    private static Lattice ReadLattice(CifBlock block)
    {
        double Length(string axis) => block.Number($"_cell_length_{axis}");
        double Angle(string angle)
        {
            var degrees = block.Number($"_cell_angle_{angle}");
            return degrees is > 0 and < 180
                ? degrees
                : throw block.Error(
                    $"_cell_angle_{angle} is {degrees}°; a cell angle is between 0 and 180°",
                    block.Single($"_cell_angle_{angle}")?.Line);
        }

        try
        {
            return Lattice.FromParameters(Length("a"), Length("b"), Length("c"), Angle("alpha"), Angle("beta"), Angle("gamma"));
        }
        catch (ArgumentException e)
        {
            throw block.Error(e.Message, block.Single("_cell_length_a")?.Line);
        }
    }
}
