namespace Migrate.Crystals.Writers;

/// <summary>
/// Writes structures as POSCAR (VASP 5): scale 1, direct coordinates, numbers that read back as the same doubles. Sites keep their
/// order; each run of one element is a block, so a symbol stands in the species line as often as it has runs, which VASP reads.
/// </summary>
public static class PoscarWriter
{
    /// <summary>Writes a structure; its name is the comment line.</summary>
    public static void Write(TextWriter writer, Structure structure)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(structure);
        List<(Element Element, int Count)> runs = [];
        for (var i = 0; i < structure.Count; i++)
        {
            var element = structure[i].Element;
            if (runs.Count > 0 && runs[^1].Element == element)
            {
                runs[^1] = (element, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((element, 1));
            }
        }

        var name = TextFormat.OneLine(structure.Name);
        writer.WriteLine(name.Length > 0 ? name : "structure");
        writer.WriteLine("1.0");
        foreach (var vector in new[] { structure.Lattice.A, structure.Lattice.B, structure.Lattice.C })
        {
            writer.WriteLine(TextFormat.Vector(vector));
        }

        writer.WriteLine("  " + string.Join(' ', runs.Select(run => run.Element.Symbol)));
        writer.WriteLine("  " + string.Join(' ', runs.Select(run => run.Count)));
        writer.WriteLine("Direct");
        foreach (var position in structure.Fractional)
        {
            writer.WriteLine(TextFormat.Vector(position));
        }
    }

    /// <summary>Writes a file; an old one is replaced only when the new one is complete.</summary>
    public static void WriteFile(string path, Structure structure) => AtomicTextFile.Write(path, writer => Write(writer, structure));
}
