namespace Migrate.Crystals.Tests.Readers;

/// <summary>Damaged files, at random but the same in every run: whatever comes, readers give results and never throw.</summary>
public class FuzzTests
{
    private const int Rounds = 300;

    public static TheoryData<string> Names => ["band.json", "pair.json", "library.jsonl", "band.vasp", "band.xyz", "band.cif", "band.json.gz", "unknown"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_file_never_throws(string name)
    {
        using var folder = new TemporaryFolder();
        var good = System.Text.Encoding.UTF8.GetBytes(Content(name));
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            good = File.ReadAllBytes(folder.WriteGzip("good.gz", good));
        }

        var random = new Random(1234);
        var (paths, errors) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var file = folder.Write(name, Damage(good, random));
            foreach (var result in PathReader.Read(file))
            {
                Assert.True(result.Entry is null != result.Error is null);
                (paths, errors) = result.Error is null ? (paths + 1, errors) : (paths, errors + 1);
                Assert.DoesNotContain('\n', result.Error?.Message ?? "");
            }
        }

        Assert.True(errors > Rounds / 10, $"{paths} paths, {errors} errors: the damage does none");
    }

    // A cut, a few bytes changed, or a piece that is there twice.
    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToArray();
        switch (random.Next(3))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (var k = random.Next(1, 8); k > 0; k--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
            default:
                var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                return [.. bytes[..Math.Max(from, to)], .. bytes[Math.Min(from, to)..]];
        }
    }

    private static string Content(string name) => name switch
    {
        "pair.json" => Samples.JsonPair,
        "library.jsonl" => $"{Samples.Line(Samples.JsonBand)}\n{Samples.Line(Samples.JsonPair)}\n",
        "band.vasp" or "unknown" => Samples.Band,
        "band.xyz" => Samples.XyzInitial + Samples.XyzFinal,
        "band.cif" => Samples.Cif,
        _ => $"[{Samples.JsonBand}, {Samples.JsonPair}]",
    };
}
