using System.Globalization;

namespace Migrate.Crystals.Readers;

/// <summary>
/// Extended XYZ, frame by frame: number of sites, a line of <c>key=value</c> with at least <c>Lattice="ax ay az bx by bz cx cy cz"</c> (Å),
/// then one line a site with the columns that <c>Properties</c> names (without it: species, x, y, z). Positions are Cartesian, Å.
/// </summary>
internal static class ExtendedXyzReader
{
    public static IEnumerable<Structure> Read(TextReader reader, string file)
    {
        var lines = new TextLines(reader, file);
        var frame = 0;
        while (lines.Next() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            yield return ReadFrame(lines, line.Trim().TrimStart('\uFEFF'), frame);
            frame++;
        }

        if (frame == 0)
        {
            throw new InvalidInputException("the file is empty", file);
        }
    }

    private static Structure ReadFrame(TextLines lines, string first, int frame)
    {
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Tokens.MostSites)
        {
            throw lines.Error($"'{Tokens.Quote(first)}' where the number of sites (1 to {Tokens.MostSites}) should be");
        }

        var keys = ExtendedXyzKeys.Parse(lines.Require("the line with Lattice=\"…\""), lines);
        var lattice = ReadLattice(keys, lines);
        var columns = ExtendedXyzColumns.Parse(keys.GetValueOrDefault("Properties"), lines);
        var (numbers, fractional) = (new List<byte>(), new List<Vector3D>());
        for (var site = 1; site <= count; site++)
        {
            var words = Tokens.Split(lines.Require($"site {site} of {count}"));
            if (words.Length < columns.Least)
            {
                throw lines.Error($"site {site}: {words.Length} columns where at least {columns.Least} should be");
            }

            numbers.Add(ReadElement(words[columns.Species], site, lines));
            fractional.Add(lattice.ToFractional(Tokens.Vector(words, columns.Position, lines, $"site {site}")));
        }

        var name = keys.GetValueOrDefault("name") ?? $"{FileName.Of(lines.File).Stem}#{frame}";
        return StructureParts.Create(lattice, numbers, fractional, name, lines.File, lines.Number);
    }

    private static Lattice ReadLattice(Dictionary<string, string> keys, TextLines lines)
    {
        if (!keys.TryGetValue("Lattice", out var text))
        {
            throw lines.Error("no Lattice=\"ax ay az bx by bz cx cy cz\"; a periodic crystal is needed");
        }

        if (keys.TryGetValue("pbc", out var periodic))
        {
            var flags = periodic.Split([' ', ',', '[', ']', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (flags.Length > 0 && flags.All(flag => flag is ['F' or 'f', ..] or "0"))
            {
                throw lines.Error($"pbc=\"{Tokens.Quote(periodic)}\" says that nothing is periodic; a periodic crystal is needed");
            }
        }

        var words = Tokens.Split(text.Replace(',', ' ').Replace('[', ' ').Replace(']', ' '));
        if (words.Length != 9)
        {
            throw lines.Error($"Lattice has {words.Length} numbers; it should have 9");
        }

        return StructureParts.CreateLattice(
            Tokens.Vector(words, 0, lines, "Lattice"), Tokens.Vector(words, 3, lines, "Lattice"), Tokens.Vector(words, 6, lines, "Lattice"), lines.File, lines.Number);
    }

    private static byte ReadElement(string word, int site, TextLines lines)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Element.Count)
        {
            return (byte)number;
        }

        return Element.TryParseSpecies(word, out var element)
            ? (byte)element.AtomicNumber
            : throw lines.Error($"site {site}: '{Tokens.Quote(word)}' is no element");
    }
}
