namespace Migrate.Crystals.Writers;

/// <summary>
/// Writes structures as extended XYZ, one frame each: the lattice in the comment line, Cartesian coordinates in Å, not wrapped.
/// </summary>
public static class ExtendedXyzWriter
{
    /// <summary>Writes structures one after another; names go into the comment line as name="…".</summary>
    public static void Write(TextWriter writer, IEnumerable<Structure> structures)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(structures);
        foreach (var structure in structures)
        {
            Write(writer, structure);
        }
    }

    /// <summary>Writes a file; an old one is replaced only when the new one is complete.</summary>
    public static void WriteFile(string path, IEnumerable<Structure> structures) => AtomicTextFile.Write(path, writer => Write(writer, structures));

    private static void Write(TextWriter writer, Structure structure)
    {
        var lattice = structure.Lattice;
        var rows = string.Join(' ', new[] { lattice.A, lattice.B, lattice.C }.SelectMany(row => new[] { row.X, row.Y, row.Z })
            .Select(value => TextFormat.Number(value).Trim()));

        // A quote would end the value, and readers differ in how they escape one.
        var name = TextFormat.OneLine(structure.Name).Replace('"', '\'').Replace('\\', '/');
        writer.WriteLine(structure.Count);
        writer.WriteLine($"Lattice=\"{rows}\" Properties=species:S:1:pos:R:3 {(name.Length > 0 ? $"name=\"{name}\" " : "")}pbc=\"T T T\"");
        for (var i = 0; i < structure.Count; i++)
        {
            var (element, fractional) = structure[i];
            writer.WriteLine($"{element.Symbol,-2} {TextFormat.Vector(lattice.ToCartesian(fractional))}");
        }
    }
}
