namespace Migrate.Baselines.Trees;

/// <summary>How trees are put together.</summary>
public enum TreeMethod
{
    /// <summary>Random forest: the mean of deep trees on resampled data (Breiman, Mach. Learn. 45, 5 (2001)).</summary>
    RandomForest,

    /// <summary>Gradient boosting: each tree fits what those before it left over (Friedman, Comput. Stat. Data Anal. 38, 367 (2002)).</summary>
    GradientBoosting,
}

/// <summary>How each tree grows: what the inner cross-validation chooses between.</summary>
public sealed record TreeGrowth
{
    /// <summary>Fewest data in a leaf; at least 1.</summary>
    public int SmallestLeaf { get; set; } = 2;

    /// <summary>Most splits from the root to a leaf; at least 1.</summary>
    public int Depth { get; set; } = 30;

    /// <summary>Share of the columns that are tried at a split, above 0 to 1.</summary>
    public double ColumnShare { get; set; } = 0.33;

    /// <summary>Share of the data that a boosted tree sees, above 0 to 1; a forest draws as many as there are, with replacement.</summary>
    public double RowShare { get; set; } = 0.7;

    /// <summary>What a boosted tree counts, above 0 to 1.</summary>
    public double Rate { get; set; } = 0.05;
}

/// <summary>How a <see cref="TreeModel"/> is fitted.</summary>
public sealed record TreeModelOptions
{
    /// <summary>Forest or boosting.</summary>
    public TreeMethod Method { get; set; }

    /// <summary>Trees; at least 1.</summary>
    public int Trees { get; set; } = 300;

    /// <summary>Descriptors that the selection aims at; at least 1.</summary>
    public int Columns { get; set; } = 75;

    /// <summary>Descriptors whose correlation with the barrier is no more than this are left out.</summary>
    public double SmallestCorrelation { get; set; } = 0.1;

    /// <summary>Folds of the inner cross-validation, at least 2.</summary>
    public int InnerFolds { get; set; } = 5;

    /// <summary>What the inner cross-validation chooses from; at least one.</summary>
    public IReadOnlyList<TreeGrowth> Grid { get; set; } = [new()];

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it as it is in the file.</exception>
    public void Validate()
    {
        Require(Trees is >= 1 and <= 100_000, $"trees is {Trees}; it must be 1 to 100000");
        Require(Columns >= 1, $"columns is {Columns}; it must be at least 1");
        Require(SmallestCorrelation is >= 0 and < 1, $"smallestCorrelation is {SmallestCorrelation}; it must be at least 0 and below 1");
        Require(InnerFolds >= 2, $"innerFolds is {InnerFolds}; it must be at least 2");
        Require(Grid.Count > 0, "grid is empty");
        foreach (var growth in Grid)
        {
            Require(growth.SmallestLeaf >= 1, $"smallestLeaf is {growth.SmallestLeaf}; it must be at least 1");
            Require(growth.Depth >= 1, $"depth is {growth.Depth}; it must be at least 1");
            Require(growth.ColumnShare is > 0 and <= 1, $"columnShare is {growth.ColumnShare}; it must be above 0 and at most 1");
            Require(growth.RowShare is > 0 and <= 1, $"rowShare is {growth.RowShare}; it must be above 0 and at most 1");
            Require(growth.Rate is > 0 and <= 1, $"rate is {growth.Rate}; it must be above 0 and at most 1");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
