using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Migrate.Crystals;

namespace Migrate.Potentials.Neb;

/// <summary>
/// Evaluations of a path, one round after another, in a file. A band is a deterministic function of them, so a run that was killed is replayed from
/// here up to its last complete round, whatever the optimizer, and goes on as if nothing had happened. Failed evaluations are not kept.
/// <code>
/// 32 bytes                      identity: SHA-256 of path, settings and potential
/// per round: int32 count, count × (int32 n, double energy, 3 n doubles forces), int32 count again
/// </code>
/// </summary>
internal sealed class NebJournal : IDisposable
{
    /// <summary>How names of journals end.</summary>
    public const string Suffix = ".neb-journal";

    private readonly FileStream _file;
    private readonly BinaryReader _reader;
    private bool _replaying = true;

    private NebJournal(FileStream file) => (_file, _reader) = (file, new BinaryReader(file, Encoding.UTF8, leaveOpen: true));

    /// <summary>Opens the journal of a path, or begins one; one of another path, other settings or another potential is begun anew.</summary>
    /// <param name="folder">Created if it does not exist.</param>
    /// <param name="path">The path.</param>
    /// <param name="settings">How the band is computed.</param>
    /// <param name="potential">Name of the potential.</param>
    public static NebJournal Open(string folder, NebPath path, NebSettings settings, string potential)
    {
        Directory.CreateDirectory(folder);
        var identity = Identity(path, settings, potential);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.Name)))[..16];
        var file = new FileStream(Path.Combine(folder, name + Suffix), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var found = new byte[identity.Length];
        if (file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) < found.Length || !found.AsSpan().SequenceEqual(identity))
        {
            file.SetLength(0);
            file.Write(identity);
            file.Flush();
        }

        return new NebJournal(file);
    }

    /// <summary>Answers a round from the file.</summary>
    /// <returns>False at the end of what is kept: the round has to be evaluated.</returns>
    public bool Replay(IReadOnlyList<EvaluationRequest> round)
    {
        if (!_replaying)
        {
            return false;
        }

        var start = _file.Position;
        if (Read(round) is not { } found)
        {
            // What follows was cut off in the middle.
            _replaying = false;
            _file.SetLength(start);
            _file.Position = start;
            return false;
        }

        for (var k = 0; k < found.Length; k++)
        {
            round[k].Result = found[k];
        }

        return true;
    }

    /// <summary>Keeps a round that was evaluated.</summary>
    public void Append(IReadOnlyList<EvaluationRequest> round)
    {
        if (round.Any(r => r.Result is not { Error: null }))
        {
            return;
        }

        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(round.Count);
        foreach (var result in round.Select(r => r.Result!))
        {
            writer.Write(result.Forces.Count);
            writer.Write(result.Energy);
            foreach (var force in result.Forces)
            {
                writer.Write(force.X);
                writer.Write(force.Y);
                writer.Write(force.Z);
            }
        }

        writer.Write(round.Count);
        writer.Flush();
        _file.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        _file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private static byte[] Identity(NebPath path, NebSettings settings, string potential)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"1|{potential}|{settings}|{path.Name}|");
        foreach (var structure in new[] { path.Initial, path.Final })
        {
            text.Append(CultureInfo.InvariantCulture, $"{structure.Lattice.A:r} {structure.Lattice.B:r} {structure.Lattice.C:r}|");
            for (var i = 0; i < structure.Count; i++)
            {
                var f = structure.Fractional[i];
                text.Append(CultureInfo.InvariantCulture, $"{structure.AtomicNumbers[i]} {f.X:r} {f.Y:r} {f.Z:r};");
            }
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private PotentialEvaluation[]? Read(IReadOnlyList<EvaluationRequest> round)
    {
        try
        {
            if (_reader.ReadInt32() != round.Count)
            {
                return null;
            }

            var found = new PotentialEvaluation[round.Count];
            for (var k = 0; k < found.Length; k++)
            {
                if (_reader.ReadInt32() != round[k].Structure.Count)
                {
                    return null;
                }

                var energy = _reader.ReadDouble();
                var forces = new Vector3D[round[k].Structure.Count];
                for (var i = 0; i < forces.Length; i++)
                {
                    forces[i] = new Vector3D(_reader.ReadDouble(), _reader.ReadDouble(), _reader.ReadDouble());
                }

                found[k] = new PotentialEvaluation { Energy = energy, Forces = forces };
            }

            return _reader.ReadInt32() == round.Count ? found : null;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }
}
