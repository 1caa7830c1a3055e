using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Baselines.Catalogue;

/// <summary>
/// Charges of a structure's ions, guessed: anions and cations of one charge have their commonest one; transition metals balance the sum; what is left
/// is spread over the cations in proportion to their charge. A metal without anions has none.
/// </summary>
internal static class OxidationStates
{
    // A sulphur, nitrogen, … with an oxygen or fluorine this near (Å) is the centre of a complex anion, and positive.
    private const double CovalentBond = 1.9;

    /// <summary>[n_atoms] charges, e; they add up to nothing.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="neighbors">Its neighbours, at least to the length of a covalent bond.</param>
    public static double[] Guess(Structure structure, NeighborList neighbors)
    {
        var numbers = structure.AtomicNumbers;
        var charges = new double[structure.Count];
        var metals = new List<int>();
        for (var i = 0; i < charges.Length; i++)
        {
            var properties = ElementProperties.Of(numbers[i]);
            charges[i] = properties.IsAnion && !IsCentre(structure, neighbors, i) ? properties.Charge : properties.CationCharge;
            if (numbers[i] is (>= 21 and <= 29) or (>= 39 and <= 47) or (>= 72 and <= 79))
            {
                metals.Add(i);
            }
        }

        if (charges.All(q => q > 0) || charges.All(q => q < 0))
        {
            return new double[charges.Length];
        }

        var rest = charges.Sum();
        if (metals.Count > 0)
        {
            var each = Math.Clamp((metals.Sum(i => charges[i]) - rest) / metals.Count, 0, 7);
            metals.ForEach(i => charges[i] = each);
        }

        var (positive, negative) = (charges.Where(q => q > 0).Sum(), -charges.Where(q => q < 0).Sum());
        return positive > 0 ? [.. charges.Select(q => q > 0 ? q * negative / positive : q)] : new double[charges.Length];
    }

    private static bool IsCentre(Structure structure, NeighborList neighbors, int atom)
    {
        if (structure.AtomicNumbers[atom] is 8 or 9)
        {
            return false;
        }

        for (var k = neighbors.RowBegin[atom]; k < neighbors.RowBegin[atom + 1]; k++)
        {
            if (neighbors.Distance[k] < CovalentBond && structure.AtomicNumbers[neighbors.Target[k]] is 8 or 9)
            {
                return true;
            }
        }

        return false;
    }
}
