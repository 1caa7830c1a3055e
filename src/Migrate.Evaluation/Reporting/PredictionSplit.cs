namespace Migrate.Evaluation;

/// <summary>What a predicted path was to the model that predicted it.</summary>
public enum PredictionSplit
{
    /// <summary>Out of fold: the model was trained on the other folds. "cv" in files.</summary>
    CrossValidation,

    /// <summary>The model was fitted on it. "train" in files.</summary>
    Training,

    /// <summary>Of the test set, which nothing was chosen on. "test" in files.</summary>
    Test,

    /// <summary>Out of fold, by a model trained on a part of the other folds: one point of a learning curve. "curve" in files.</summary>
    LearningCurve,
}
