namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// Classes of modules that published files hold whole. Of each the fields are known; what stands for a module is a list of them, and no
/// code of its class is run, or needed.
/// </summary>
internal static class KnownModules
{
    private const string Parameters = "_parameters";
    private const string Buffers = "_buffers";
    private const string Modules = "_modules";

    private static readonly string[] Own = [Parameters, Buffers, Modules];

    // what PyTorch 1 and 2 write of any module; all but the first three are empty, flags, or names of buffers
    private static readonly HashSet<string> OfAny = new(StringComparer.Ordinal)
    {
        Parameters, Buffers, Modules, "training", "_non_persistent_buffers_set", "_is_full_backward_hook", "_backward_hooks",
        "_backward_pre_hooks", "_forward_hooks", "_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks",
        "_forward_pre_hooks_with_kwargs", "_state_dict_hooks", "_state_dict_pre_hooks", "_load_state_dict_pre_hooks",
        "_load_state_dict_post_hooks",
    };

    private static readonly HashSet<string> OfLinear = new(StringComparer.Ordinal) { "in_features", "out_features" };

    private static readonly HashSet<string> OfEchoState = new(StringComparer.Ordinal)
    {
        "in_channels", "reservoir_size", "input_scale", "connect_prob", "spectral_radius", "leakage", "ridge_param", "include_bias",
        "include_input", "mode", "prior_prediction", "in_channels_bias", "reservoir_extension", "reservoir", "reservoir_tr",
        "prediction_train",
    };

    private static readonly Dictionary<string, HashSet<string>> Fields = new(StringComparer.Ordinal)
    {
        ["torch.nn.modules.linear.Linear"] = OfLinear,
        ["neurobench.examples.mackey_glass.echo_state_network.EchoStateNetwork"] = OfEchoState,
        ["echo_state_network.EchoStateNetwork"] = OfEchoState,
    };

    /// <summary>Whether a name is one of these classes.</summary>
    public static bool Contains(string name) => Fields.ContainsKey(name);

    /// <summary>Takes a module's fields.</summary>
    /// <exception cref="CheckpointException">There is one that the class does not have, or a hook: a hook is code.</exception>
    public static void SetState(PickleModule module, PickleDictionary state, string path)
    {
        module.Fields = new PickleDictionary(); // a copy: the file could change its own afterwards
        foreach (var (key, value) in state.Items)
        {
            if (key is not string name || !(OfAny.Contains(name) || Fields[module.Type.ToString()].Contains(name)))
            {
                throw new CheckpointException(
                    $"{path} holds a {module.Type} with a field '{key}', which is not known of it. {KnownGlobals.Advice}");
            }

            if (Own.Contains(name) ? value is not PickleDictionary : name.EndsWith("_hooks", StringComparison.Ordinal)
                && value is not PickleDictionary { Items.Count: 0 })
            {
                throw new CheckpointException($"{path} holds a {module.Type} whose {name} are not as PyTorch writes them (damaged).");
            }

            module.Fields.Set(key, value);
        }
    }

    /// <summary>Parameters, buffers and modules by their names, as in a state dictionary, then the class' own fields.</summary>
    public static IEnumerable<(string Name, object? Value)> Content(PickleModule module) =>
        module.Fields.Items.Where(field => Own.Contains(field.Key))
            .SelectMany(field => ((PickleDictionary)field.Value!).Items)
            .Where(item => item.Value is not null)
            .Select(item => (item.Key.ToString()!, item.Value))
            .Concat(module.Fields.Items.Where(field => !OfAny.Contains((string)field.Key))
                .Select(field => ((string)field.Key, field.Value)));
}
