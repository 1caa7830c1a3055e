using Migrate.Crystals;

namespace Migrate.Potentials.Neb;

/// <summary>A configuration that a path wants evaluated before it goes on.</summary>
/// <param name="structure">The configuration.</param>
/// <param name="what">What it is, for messages.</param>
internal sealed class EvaluationRequest(Structure structure, string what)
{
    /// <summary>The configuration.</summary>
    public Structure Structure => structure;

    /// <summary>The answer.</summary>
    public PotentialEvaluation? Result { get; set; }

    /// <summary>The answer, where it is one.</summary>
    /// <exception cref="NebException">The potential could not evaluate it.</exception>
    public PotentialEvaluation Require() => Result switch
    {
        { Error: { } error } => throw new NebException($"{what}: {error}"),
        { } result => result,
        null => throw new InvalidOperationException("a request was not answered"),
    };
}
