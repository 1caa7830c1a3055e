using System.Globalization;
using Migrate.Baselines;
using Migrate.Baselines.Trees;

namespace Migrate.Training.Protocol;

/// <summary>What the folds of a cross-validation keep together.</summary>
public enum FoldGroups
{
    /// <summary>
    /// Paths through one framework, whatever ion moves in it and how much of it: the harder question, asked of a material that is new.
    /// </summary>
    Framework,

    /// <summary>Paths of one structure; another charge state of it, or another ion in it, may be in training.</summary>
    Structure,
}

/// <summary>What kind of model a row of the results table is.</summary>
public enum RowKind
{
    /// <summary>A graph network.</summary>
    Network,

    /// <summary>Trees on descriptors of the path.</summary>
    Descriptors,

    /// <summary>Networks and trees together.</summary>
    Ensemble,

    /// <summary>A random forest or gradient boosting on descriptors of the catalogue.</summary>
    Trees,
}

/// <summary>What a row gave when it was run for the table: a run of the same row comes out within the error.</summary>
public sealed record RowReference
{
    /// <summary>Mean absolute error of the cross-validation, eV.</summary>
    public double Mae { get; set; }

    /// <summary>Coefficient of determination of the cross-validation.</summary>
    public double R2 { get; set; }

    /// <summary>How far another machine's rounding may move the mean absolute error, eV.</summary>
    public double Tolerance { get; set; }
}

/// <summary>One row of the results table: a model and how it is scored, as written in its configuration file.</summary>
public sealed record RowOptions
{
    /// <summary>Short name without blanks.</summary>
    public string Row { get; set; } = "";

    /// <summary>As tables show it.</summary>
    public string Title { get; set; } = "";

    /// <summary>Kind of model.</summary>
    public RowKind Kind { get; set; }

    /// <summary>Training of the network, where there is one.</summary>
    public TrainingOptions Training { get; set; } = new();

    /// <summary>Fit of the descriptor model, where there is one.</summary>
    public DescriptorModelOptions Descriptors { get; set; } = new();

    /// <summary>Fit of the random forest or of the boosted trees, where there are such.</summary>
    public TreeModelOptions Trees { get; set; } = new();

    /// <summary>Weight of the descriptor model in an ensemble, 0 to 1; the networks have the rest.</summary>
    public double DescriptorWeight { get; set; } = 0.5;

    /// <summary>Networks of an ensemble, each with a seed of its own; at least 1.</summary>
    public int Networks { get; set; } = 1;

    /// <summary>Name of the pre-training that the network starts from ("pretrain-compact"); empty for random weights.</summary>
    public string Pretraining { get; set; } = "";

    /// <summary>
    /// Name of the ensemble row whose trained networks this one takes for its own, which must be trained alike; empty to train them. They are trained
    /// under that name by whichever of the two comes first.
    /// </summary>
    public string NetworksOf { get; set; } = "";

    /// <summary>
    /// Name of the interatomic potential whose relaxed bands the descriptor model of a row learns from as well ("M3GNet-MP-2021.2.8-EFS"); empty for none.
    /// </summary>
    public string Potential { get; set; } = "";

    /// <summary>
    /// Whether the descriptor model also reads what surrounds the ion as the first convolution of the pre-trained network sees it
    /// (<see cref="EnvironmentDescriptors"/>).
    /// </summary>
    public bool Environments { get; set; }

    /// <summary>Folds that the training paths of a fold are split into, the first of which stops the training; 0 trains to the last epoch.</summary>
    public int InnerFolds { get; set; }

    /// <summary>Folds of the cross-validation.</summary>
    public int Folds { get; set; } = 5;

    /// <summary>Seed of the fold assignment.</summary>
    public int FoldSeed { get; set; } = 1;

    /// <summary>What no fold shares with another.</summary>
    public FoldGroups Groups { get; set; }

    /// <summary>
    /// Whether only one path of each structure is learned from and scored: the one without a number in its name, or with number 1. The published
    /// single-pathway set keeps the same ones (45 of the 60 test paths).
    /// </summary>
    public bool OnePathPerStructure { get; set; }

    /// <summary>Seeds of the models: that many per fold.</summary>
    public IReadOnlyList<int> Seeds { get; set; } = [1];

    /// <summary>Sizes of the training set for a learning curve; empty for none.</summary>
    public IReadOnlyList<int> Curve { get; set; } = [];

    /// <summary>What it gave, if it was run.</summary>
    public RowReference? Reference { get; set; }

    /// <summary>What it gave with <see cref="FoldGroups.Structure"/>, if that was run.</summary>
    public RowReference? StructureReference { get; set; }

    /// <summary>The same row with folds of other groups, under a name of its own.</summary>
    /// <param name="groups">What no fold shares with another.</param>
    public RowOptions GroupedBy(FoldGroups groups)
    {
        var by = groups.ToString().ToLowerInvariant();
        return groups == Groups ? this : Varied($"by-{by}", $"folds by {by}") with
        {
            Groups = groups,
            Reference = groups == FoldGroups.Structure ? StructureReference : null,
        };
    }

    /// <summary>The same row with folds dealt out by another seed, under a name of its own: how far a score hangs on which paths came together.</summary>
    /// <param name="foldSeed">Seed of the fold assignment.</param>
    public RowOptions DealtBy(int foldSeed)
    {
        var seed = foldSeed.ToString(CultureInfo.InvariantCulture);
        return foldSeed == FoldSeed ? this : Varied($"folds-{seed}", $"folds dealt by seed {seed}") with { FoldSeed = foldSeed };
    }

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it as it is in the file.</exception>
    public void Validate()
    {
        // A row names its pre-training; where its weights lie is known when it runs.
        (Pretraining.Length == 0 ? Training : Training with { FineTuning = Training.FineTuning with { From = Pretraining } }).Validate();
        Trees.Validate();
        Require(Row.Length > 0 && !Row.Any(char.IsWhiteSpace), $"row is '{Row}'; it must be a name without blanks");
        Require(Title.Length > 0, "title is empty");
        Require(DescriptorWeight is >= 0 and <= 1, $"descriptorWeight is {DescriptorWeight}; it must lie between 0 and 1");
        Require(Networks >= 1, $"networks is {Networks}; it must be at least 1");
        Require(InnerFolds is 0 or >= 2, $"innerFolds is {InnerFolds}; it must be 0 or at least 2");
        Require(
            Potential.Length == 0 || Kind is RowKind.Descriptors or RowKind.Ensemble,
            $"potential is '{Potential}'; only rows of the kinds Descriptors and Ensemble learn from bands");
        Require(
            !Environments || (Pretraining.Length > 0 && Kind is (RowKind.Descriptors or RowKind.Ensemble)),
            "environments is true; that takes a pretraining and a row of the kind Descriptors or Ensemble");
        Descriptors.Process.Validate("descriptors.process");
        Descriptors.Halves?.Validate("descriptors.halves");
        Require(Descriptors.TreeShare is >= 0 and <= 1, $"descriptors.treeShare is {Descriptors.TreeShare}; it must lie between 0 and 1");
        Require(Descriptors.HalvesShare is >= 0 and <= 1, $"descriptors.halvesShare is {Descriptors.HalvesShare}; it must lie between 0 and 1");
        Require(NetworksOf.Length == 0 || Kind == RowKind.Ensemble, $"networksOf is '{NetworksOf}'; only rows of the kind Ensemble have networks beside descriptors");
        Require(Folds >= 2, $"folds is {Folds}; it must be at least 2");
        Require(Seeds.Count > 0 && Seeds.Distinct().Count() == Seeds.Count, "seeds must be at least one number, and different ones");
        Require(Curve.All(size => size >= 10), "curve holds a size below 10");
    }

    // What it gave with its own folds does not hold with others, and its networks are others.
    private RowOptions Varied(string suffix, string words) => this with
    {
        Row = $"{Row}-{suffix}",
        Title = $"{Title}, {words}",
        NetworksOf = NetworksOf.Length == 0 ? "" : $"{NetworksOf}-{suffix}",
        Curve = [],
        Reference = null,
        StructureReference = null,
    };

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
