using System.Globalization;

namespace Migrate.Crystals.Readers;

/// <summary>
/// POSCAR and CONTCAR of VASP, after its manual: comment, scale (one number, negative for the cell volume, or three factors of x, y and
/// z), three lattice vectors, species (VASP 5 on; before, they are looked for in the comment), counts, "Selective dynamics" or not,
/// Direct or Cartesian, coordinates. Velocities and whatever else follows is ignored.
/// </summary>
internal static class PoscarReader
{
    public static IEnumerable<Structure> Read(TextReader reader, string file)
    {
        var lines = new TextLines(reader, file);
        var comment = lines.Require("the comment line of a POSCAR");
        var scale = Tokens.Split(lines.Require("the scale of a POSCAR"));
        var (lattice, factors) = ReadLattice(lines, scale);
        var species = ReadSpecies(lines, comment);
        var cartesian = ReadMode(lines);

        // Grows with the lines that are there: a count in the file reserves nothing.
        var (numbers, coordinates) = (new List<byte>(), new List<Vector3D>());
        foreach (var (element, count) in species)
        {
            for (var k = 0; k < count; k++)
            {
                var what = $"coordinates of site {numbers.Count + 1}";
                var position = Tokens.Vector(Tokens.Split(lines.Require(what)), 0, lines, what);
                coordinates.Add(cartesian ? lattice.ToFractional(Scaled(position, factors)) : position);
                numbers.Add((byte)element.AtomicNumber);
            }
        }

        yield return StructureParts.Create(lattice, numbers, coordinates, comment.Trim(), file);
    }

    private static (Lattice Lattice, Vector3D Factors) ReadLattice(TextLines lines, string[] scale)
    {
        var values = scale.TakeWhile(token => !IsComment(token)).Select(token => Tokens.Number(token, lines, "scale")).ToArray();
        if (values is not [not 0] and not [> 0, > 0, > 0])
        {
            throw lines.Error("the scale should be one number (negative for the cell volume in Å³) or three positive factors");
        }

        Vector3D Row(string name) => Tokens.Vector(Tokens.Split(lines.Require($"lattice vector {name}")), 0, lines, $"lattice vector {name}");
        var (a, b, c) = (Row("a"), Row("b"), Row("c"));
        var factors = values.Length == 3 ? new Vector3D(values[0], values[1], values[2]) : new(values[0], values[0], values[0]);
        if (values is [< 0])
        {
            var factor = Math.Cbrt(-values[0] / StructureParts.CreateLattice(a, b, c, lines.File, lines.Number).Volume);
            factors = new(factor, factor, factor);
        }

        return (StructureParts.CreateLattice(Scaled(a, factors), Scaled(b, factors), Scaled(c, factors), lines.File, lines.Number), factors);
    }

    private static List<(Element Element, int Count)> ReadSpecies(TextLines lines, string comment)
    {
        var words = Words(lines.Require("the species line"));
        string[] names;
        if (words.Length > 0 && words.All(IsInteger))
        {
            names = Words(comment);
            if (names.Length != words.Length || !names.All(name => Element.TryParseSpecies(name, out _)))
            {
                throw lines.Error(
                    $"no species line above the {words.Length} counts (VASP 4), and the comment does not name {words.Length} elements; add a line such as 'Li Mn O'");
            }
        }
        else
        {
            names = words;
            words = [];
        }

        var elements = names.Select(name => Element.TryParseSpecies(name, out var element)
            ? element
            : throw lines.Error($"'{Tokens.Quote(name)}' is no element; the species line should be such as 'Li Mn O'")).ToArray();
        var counts = words.Length > 0 ? words : Words(lines.Require("the counts of the species"));
        return Pair(lines, elements, counts);
    }

    private static List<(Element Element, int Count)> Pair(TextLines lines, Element[] elements, string[] counts)
    {
        if (counts.Length != elements.Length || elements.Length == 0)
        {
            throw lines.Error($"{elements.Length} species but {counts.Length} counts");
        }

        var total = 0L;
        var pairs = new List<(Element, int)>();
        for (var k = 0; k < counts.Length; k++)
        {
            if (!int.TryParse(counts[k], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                throw lines.Error($"'{Tokens.Quote(counts[k])}' is no count of sites");
            }

            total += count;
            pairs.Add((elements[k], count));
        }

        return total is > 0 and <= Tokens.MostSites ? pairs : throw lines.Error($"{total} sites; 1 to {Tokens.MostSites} are read");
    }

    private static bool ReadMode(TextLines lines)
    {
        var mode = lines.Require("'Direct' or 'Cartesian'").TrimStart();
        if (mode is ['S' or 's', ..])
        {
            mode = lines.Require("'Direct' or 'Cartesian'").TrimStart();
        }

        return mode switch
        {
            ['C' or 'c' or 'K' or 'k', ..] => true,
            ['D' or 'd', ..] => false,
            _ => throw lines.Error($"'{Tokens.Quote(mode)}' where 'Direct' or 'Cartesian' should be"),
        };
    }

    private static string[] Words(string line) => [.. Tokens.Split(line).TakeWhile(word => !IsComment(word))];

    private static bool IsComment(string word) => word[0] is '!' or '#';

    private static bool IsInteger(string word) => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static Vector3D Scaled(Vector3D v, Vector3D factors) => new(v.X * factors.X, v.Y * factors.Y, v.Z * factors.Z);
}
