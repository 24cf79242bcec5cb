#!/usr/bin/env escript
%%! -noinput +S 1 +sbwt none
%% What the tests ask of the real OTP. Requests and answers are external terms behind their size, 4 bytes, on descriptor 3:
%% on standard output, dets says that it repairs.
-mode(compile).

main(_) ->
    Port = open_port({fd, 3, 3}, [binary, {packet, 4}, eof]),
    loop(Port).

loop(Port) ->
    receive
        {Port, {data, Bytes}} ->
            Answer = try {ok, answer(binary_to_term(Bytes))}
                     catch Class:Reason:Stack -> {error, bytes(io_lib:format("~p:~p ~p", [Class, Reason, Stack]))}
                     end,
            port_command(Port, term_to_binary(Answer)),
            loop(Port);
        {Port, eof} -> halt(0, [{flush, false}])
    end.

bytes(Text) -> unicode:characters_to_binary(Text).
path(Path) -> binary_to_list(Path).

%% The terms of a seed, each in the bytes of several ways to write it.
answer({terms, Seed, Count}) ->
    seed(Seed),
    Terms = [term(4) || _ <- lists:seq(1, Count)],
    put({terms, Seed}, Terms),
    [written(Term) || Term <- Terms];
%% Which of the terms of a seed these bytes don't give back.
answer({differing, Seed, List}) ->
    Terms = erase({terms, Seed}),
    [bytes(io_lib:format("~p became ~p", [Term, binary_to_term(Bytes)]))
     || {Term, Bytes} <- lists:zip(Terms, List), not identical(Term, binary_to_term(Bytes))];
%% What these bytes are, written anew.
answer({rewritten, List}) -> [term_to_binary(binary_to_term(Bytes)) || Bytes <- List];
answer({text, Bytes}) -> bytes(io_lib:format("~tw", [binary_to_term(Bytes)]));
answer({evaluate, Text}) -> term_to_binary(evaluate(Text));
%% A random table in a file; answers how many objects it has.
answer({table, Seed, Kind, Type, KeyPosition, Count, Path}) ->
    seed(Seed),
    Objects = [object(KeyPosition) || _ <- lists:seq(1, Count)],
    make_table(Kind, Type, KeyPosition, Objects, path(Path));
%% Whether the second file, of tab2file, holds what the first does: objects, and the order of each key's.
answer({same, Kind, Type, First, Second}) ->
    {One, Lookup1} = contents(Kind, path(First)),
    {Two, Lookup2} = contents(tab2file, path(Second)),
    case identical(One, Two) andalso (Type =/= bag orelse identical(Lookup1, Lookup2)) of
        true -> true;
        false -> bytes(io_lib:format("only first ~tp, only second ~tp, order ~tp and ~tp",
                                     [One -- Two, Two -- One, Lookup1 -- Lookup2, Lookup2 -- Lookup1]))
    end;
answer({contents, Kind, Path}) ->
    {Objects, _} = contents(Kind, path(Path)),
    [term_to_binary(Object) || Object <- Objects];
%% A table of these objects.
answer({table_of, Kind, Type, KeyPosition, Objects, Path}) ->
    make_table(Kind, Type, KeyPosition, [binary_to_term(Object) || Object <- Objects], path(Path)).

make_table(dets, Type, KeyPosition, Objects, Path) ->
    file:delete(Path),
    {ok, Table} = dets:open_file(make_ref(), [{file, Path}, {type, Type}, {keypos, KeyPosition}]),
    [ok = dets:insert(Table, Object) || Object <- Objects],
    %% Some go again, so that there is free room.
    [ok = dets:delete(Table, element(KeyPosition, Object))
     || {Object, Index} <- lists:zip(Objects, lists:seq(1, length(Objects))), Index rem 7 =:= 0],
    Size = dets:info(Table, size),
    ok = dets:close(Table),
    Size;
make_table({tab2file, Info}, Type, KeyPosition, Objects, Path) ->
    Table = ets:new(a_table, [Type, public, {keypos, KeyPosition}]),
    [true = ets:insert(Table, Object) || Object <- Objects],
    ok = ets:tab2file(Table, Path, case Info of [] -> []; _ -> [{extended_info, Info}] end),
    Size = ets:info(Table, size),
    ets:delete(Table),
    Size.

%% All objects, sorted, and those of each key in their order.
contents(dets, Path) ->
    {ok, Table} = dets:open_file(Path),
    All = dets:match_object(Table, '_'),
    KeyPosition = dets:info(Table, keypos),
    Lookup = [dets:lookup(Table, Key) || Key <- keys(KeyPosition, All)],
    ok = dets:close(Table),
    {sorted(All), sorted(Lookup)};
contents(_, Path) ->
    {ok, Table} = ets:file2tab(Path, [{verify, true}]),
    All = ets:tab2list(Table),
    KeyPosition = ets:info(Table, keypos),
    %% What was dumped can't be asked for its order; the file can.
    Lookup = [ets:lookup(Table, Key) || Key <- keys(KeyPosition, All)],
    ets:delete(Table),
    {sorted(All), sorted(Lookup)}.

keys(KeyPosition, All) -> maps:keys(maps:from_list([{element(KeyPosition, Object), []} || Object <- All])).

%% Integers and floats compare equal, so that lists:sort leaves them as they come.
sorted(Terms) -> [Term || {_, Term} <- lists:sort([{term_to_binary(Term, [deterministic]), Term} || Term <- Terms])].

%% =:= takes 0.0 and -0.0 for one.
identical(A, B) -> A =:= B andalso term_to_binary(A, [deterministic]) =:= term_to_binary(B, [deterministic]).

evaluate(Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text) ++ "."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Expressions, []),
    Value.

written(Term) ->
    [term_to_binary(Term), term_to_binary(Term, [compressed]), term_to_binary(Term, [{minor_version, rand:uniform(3) - 1}]),
     term_to_binary(Term, [{minor_version, 0}, compressed])].

seed(Seed) -> rand:seed(exsss, {Seed, Seed * 7 + 1, 42}).

pick(List) -> lists:nth(rand:uniform(length(List)), List).
some(Most, Make) -> [Make() || _ <- lists:seq(1, rand:uniform(Most + 1) - 1)].

%% Keys are few and alike, so that bags have keys of several objects and types get mixed.
object(KeyPosition) ->
    Others = some(3, fun() -> term(3) end),
    Before = [term(2) || _ <- lists:seq(2, KeyPosition)],
    list_to_tuple(Before ++ [key() | Others]).

key() ->
    case rand:uniform(12) of
        1 -> term(2);
        2 -> float(rand:uniform(9));
        3 -> pick([a, b, c, true, nil, undefined, 'a b']);
        4 -> pick([<<"a">>, <<"b">>, <<255>>, <<1:3>>]);
        5 -> {pick([a, b]), rand:uniform(5)};
        6 -> {<<"$atom">>, <<"a">>};
        7 -> pick([[], "abc", [a | b], #{a => 1}]);
        _ -> rand:uniform(60)
    end.

term(0) -> leaf();
term(Depth) ->
    Part = fun() -> term(Depth - 1) end,
    case rand:uniform(20) of
        1 -> some(4, Part);
        2 -> list_to_tuple(some(4, Part));
        3 -> maps:from_list(some(4, fun() -> {Part(), Part()} end));
        4 -> maps:from_list(some(4, fun() -> {atom(), Part()} end));
        5 -> maps:from_list(some(4, fun() -> {text(), Part()} end));
        6 -> some(3, Part) ++ pick([Part(), [], tail]);
        7 -> {'$store', pick([bigint, number, date, set, map, string, bytes, object, 'Float32Array', 'ArrayBuffer', other]),
              pick([Part(), 5, nan, infinity, <<1, 2, 3, 4>>, [1, 2], [{1, 2}], [{<<"a">>, 2}, {a, Part()}], #{<<"$atom">> => 5}])};
        8 -> #{pick([<<"$atom">>, <<"$tuple">>, <<"$float">>]) => Part()};
        9 -> maps:from_list([{N, Part()} || N <- lists:seq(1, pick([1, 2, 33, 40]))]);
        _ -> leaf()
    end.

leaf() ->
    case rand:uniform(16) of
        1 -> rand:uniform(300) - 20;
        2 -> pick([255, 256, -1, 1 bsl 27, (1 bsl 31) - 1, 1 bsl 31, -(1 bsl 31), -(1 bsl 31) - 1, (1 bsl 53) - 1, 1 bsl 53,
                   1 - (1 bsl 53), -(1 bsl 53), (1 bsl 64) - 1, 1 bsl 64]);
        3 -> (rand:uniform(1 bsl 60)) bsl pick([0, 1, 60, 300, 2100]);
        4 -> -((rand:uniform(1 bsl 60)) bsl pick([0, 60, 2100]));
        5 -> pick([0.0, -0.0, 1.0, -1.0, 1.5, 9007199254740992.0, 9007199254740991.0, 1.0e300, 5.0e-324, 0.1]);
        6 -> rand:uniform();
        7 -> atom();
        8 -> text();
        9 -> rand:bytes(rand:uniform(6));
        10 -> Skipped = rand:uniform(30), <<_:Skipped, Rest/bitstring>> = rand:bytes(4), Rest;
        11 -> [];
        12 -> [rand:uniform(256) - 1 || _ <- lists:seq(1, rand:uniform(8))];
        13 -> make_ref();
        14 -> pick([self(), hd(erlang:ports())]);
        15 -> pick([fun lists:map/2, fun(X) -> X end, closure(rand:uniform(9)), fun erlang:'+'/2]);
        16 -> pick([true, false, nil, undefined, null])
    end.

closure(N) -> fun(X) -> {X, N} end.

atom() ->
    pick([ok, error, a, b, '', 'with space', 'größe', '日本', '$store', '$atom', true, undefined, date, nan,
          list_to_atom(lists:duplicate(255, $x)), list_to_atom(lists:duplicate(255, 16#65e5))]).

text() ->
    pick([<<>>, <<"a">>, <<"text">>, <<"größe"/utf8>>, <<"日本"/utf8>>, <<"😀"/utf8>>, <<239, 187, 191, 65>>, <<0>>,
          <<"__proto__">>, <<"$atom">>, <<"$tuple">>, <<"1">>, <<"2">>, <<237, 160, 128>>, <<192, 128>>]).
