using System.Runtime.InteropServices;

namespace Migrate.Potentials.Neb;

/// <summary>
/// Many bands at once: in every round all images of all paths that are still under way, and the ends that still relax, are one call of the potential. A path
/// that is done, or cannot go on, leaves; the others do not notice.
/// </summary>
/// <param name="potential">The potential.</param>
/// <param name="settings">How bands are computed.</param>
public sealed class NebRunner(IPotential potential, NebSettings settings)
{
    /// <summary>Paths that are under way at the same time, at least 1; more make larger batches.</summary>
    public int Together { get; init; } = 32;

    /// <summary>Most configurations of one call of the potential, at least 1: at 1 images are evaluated one after another.</summary>
    public int Batch { get; init; } = int.MaxValue;

    /// <summary>Computes bands.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="journals">Folder where evaluations are kept until a path is done, so that a run that was killed goes on; null for none.</param>
    /// <param name="cancel">Stops between two calls of the potential.</param>
    /// <returns>One result per path, as they are done, with its position.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public IEnumerable<(int Index, NebResult Result)> Run(IReadOnlyList<NebPath> paths, string? journals = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        settings.Validate();
        return Iterate(paths, journals, cancel);
    }

    private IEnumerable<(int Index, NebResult Result)> Iterate(IReadOnlyList<NebPath> paths, string? journals, CancellationToken cancel)
    {
        var (active, next) = (new List<Active>(), 0);
        try
        {
            while (next < paths.Count || active.Count > 0)
            {
                cancel.ThrowIfCancellationRequested();
                while (next < paths.Count && active.Count < Math.Max(1, Together))
                {
                    var journal = journals is null ? null : NebJournal.Open(journals, paths[next], settings, potential.Name);
                    active.Add(new Active(next, new BandRun(paths[next], settings), journal));
                    next++;
                }

                // A step of a large band costs as much as an evaluation: its Hessian has as many rows as the band has coordinates.
                Parallel.ForEach(active, a => a.MoveNext());
                foreach (var done in active.Where(a => a.IsDone).ToList())
                {
                    active.Remove(done);
                    done.Dispose();
                    yield return (done.Index, done.Result());
                }

                Answer([.. active.SelectMany(a => a.Open)]);
                active.ForEach(a => a.Record());
            }
        }
        finally
        {
            active.ForEach(a => a.Dispose());
        }
    }

    private void Answer(List<EvaluationRequest> requests)
    {
        for (var begin = 0; begin < requests.Count; begin += Batch)
        {
            var part = requests.GetRange(begin, Math.Min(Batch, requests.Count - begin));
            var found = potential.Evaluate([.. part.Select(r => r.Structure)]);
            for (var k = 0; k < part.Count; k++)
            {
                part[k].Result = found[k];
            }

            if (Batch == int.MaxValue)
            {
                return;
            }
        }
    }

    private sealed class Active(int index, BandRun run, NebJournal? journal) : IDisposable
    {
        private readonly IEnumerator<IReadOnlyList<EvaluationRequest>> _rounds = run.Run().GetEnumerator();
        private string? _error;

        public int Index => index;

        public IReadOnlyList<EvaluationRequest> Open { get; private set; } = [];

        public bool IsDone { get; private set; }

        // Goes on to the next round that the journal does not know.
        public void MoveNext()
        {
            try
            {
                while (_rounds.MoveNext())
                {
                    Open = _rounds.Current;
                    if (journal?.Replay(Open) != true)
                    {
                        return;
                    }
                }
            }
            catch (NebException e)
            {
                _error = e.Message;
            }
            catch (ExternalException e)
            {
                _error = $"the optimizer found no step: {e.Message.Split('\n')[0]}";
            }

            (Open, IsDone) = ([], true);
        }

        public void Record() => journal?.Append(Open);

        public NebResult Result() => run.Result(_error);

        public void Dispose()
        {
            _rounds.Dispose();
            journal?.Dispose();
        }
    }
}
